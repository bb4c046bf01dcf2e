"""Early warning on counts. An alarm is a question to people who know the place, never an answer."""

from tally.trends.aberrations import Aberration, aberration, completeness_by_delay, false_alarm_rate
from tally.trends.mix import MixChange, Shift, change_of_mix

__all__ = [
    "Aberration", "MixChange", "Shift", "aberration", "change_of_mix", "completeness_by_delay", "false_alarm_rate",
]  # fmt: skip
