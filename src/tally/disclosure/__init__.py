"""Small numbers: what may be shown of a table of people, and the attacks it must withstand first."""

from tally.disclosure.attacks import Finding, Range, attack, homogeneity, two_releases
from tally.disclosure.cube import ALL, Axis, Cube
from tally.disclosure.protect import Published, protect
from tally.disclosure.snapshots import Series, Snapshot

__all__ = [
    "ALL", "Axis", "Cube", "Finding", "Published", "Range", "Series", "Snapshot",
    "attack", "homogeneity", "protect", "two_releases",
]  # fmt: skip
