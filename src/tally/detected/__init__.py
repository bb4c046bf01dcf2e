"""Counting detected victims. Detection is what authorities found and reported; it is never prevalence."""

from tally.detected.cases import CTDC_K, CTDC_SYNTHETIC, Reading, from_htcds, from_persons, read_persons
from tally.detected.figures import COURT_CASES, Break, Rate, Ratio, rates, ratio, reporting_breaks
from tally.detected.frame import Frame, Interval
from tally.detected.shares import Shares, shares
from tally.detected.unodc import read_unodc

__all__ = [
    "COURT_CASES", "CTDC_K", "CTDC_SYNTHETIC", "Break", "Frame", "Interval", "Rate", "Ratio", "Reading", "Shares",
    "from_htcds", "from_persons", "rates", "ratio", "read_persons", "read_unodc", "reporting_breaks", "shares",
]  # fmt: skip
