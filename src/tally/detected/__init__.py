"""Counting detected victims. Detection is what authorities found and reported; it is never prevalence."""

from tally.detected.frame import Frame, Interval
from tally.detected.shares import Shares, shares
from tally.detected.unodc import read_unodc

__all__ = ["Frame", "Interval", "Shares", "read_unodc", "shares"]
