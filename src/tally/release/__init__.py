"""Case data that may leave the house."""

from tally.release.domain import MISSING, Domain
from tally.release.kanonymity import KRelease, k_release
from tally.release.ledger import Ledger
from tally.release.private import Counts, Release, private_release

__all__ = ["MISSING", "Counts", "Domain", "KRelease", "Ledger", "Release", "k_release", "private_release"]
