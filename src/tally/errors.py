"""Why a number is not given. Each message says what is missing and what to do about it."""

from __future__ import annotations


class TallyError(Exception):
    """A question that cannot be answered honestly from what was given."""


class UnreadableSource(TallyError):
    """The file is not what it was said to be, or holds a value whose meaning is not known."""


class NoDenominator(TallyError):
    """A share was asked for, and what it would be a share of cannot be stated."""


class NoEstimate(TallyError):
    """An estimate of a hidden number would be invention: the reason stands in the message."""


class NotReleasable(TallyError):
    """What was to leave the house breaks a promise of protection, or its budget is used up."""
