"""Figures made of detected victims: rates, ratios, and breaks that come from reporting."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.stats import norm

from tally.detected.frame import ADULT, CHILD, FEMALE, MALE, POOLED_NAME, TOTAL, Frame, Interval
from tally.errors import NoDenominator

PER = 100_000
DETECTED_ONLY = (
    "SDG indicator 16.2.2 counts victims detected and not detected; this is its detected part alone, and a higher rate "
    "may mean better detection."
)
#: For the figure that children met violence almost twice as often: what it was counted on must always stand beside it.
COURT_CASES = (
    "Counted on court-case summaries that mention violence: few cases, chosen by what came to court. It is no rate "
    "among all victims."
)


@dataclass(frozen=True)
class Rate:
    """Detected victims per 100,000 inhabitants of a group; low and high as suppressed cells allow."""

    group: str
    low: float
    high: float
    victims: Interval
    population: int
    caveat: str = DETECTED_ONLY


def rates(frame: Frame, year: int, iso3: str, population: Mapping[str, int]) -> list[Rate]:
    """Rates for SDG 16.2.2, detected part, by sex and age, and by form.

    Parameters
    ----------
    frame
        Counts of detected victims.
    year, iso3
        Which country-year.
    population
        Inhabitants by group: `total`, `girls`, `boys`, `women`, `men`, `children`; those absent give no rate. Rates by
        form are per `total`.

    Returns
    -------
    list of Rate
        Persons per 100,000.

    Raises
    ------
    NoDenominator
        If a population is not above 0, or nothing was reported for that country and year.

    Notes
    -----
    Not for comparing countries: what is detected depends on who looks.
    """
    place = frame.where(year=str(year), iso3=iso3)
    if not len(place):
        raise NoDenominator(f"Nothing is reported for {iso3} in {year}.")
    people = place.where(table=("total", "person"))
    groups: dict[str, tuple[Frame, str]] = {}
    for name, sex, age in (("girls", FEMALE, CHILD), ("boys", MALE, CHILD), ("women", FEMALE, ADULT),
                           ("men", MALE, ADULT), ("children", TOTAL, CHILD), ("total", TOTAL, TOTAL)):  # fmt: skip
        groups[name] = people.where(sex=sex, age=age), name
    forms = place.where(table="form", sex=TOTAL, age=TOTAL)
    for form in forms.values("form") if len(forms) else []:
        groups[f"form: {form}"] = forms.where(form=form), "total"
    return [
        _rate(name, cells.total(), population[whom])
        for name, (cells, whom) in groups.items()
        if len(cells) and whom in population
    ]


def _rate(group: str, victims: Interval, population: int) -> Rate:
    if population <= 0:
        raise NoDenominator(f"The population of {group} must be above 0.")
    return Rate(group, victims.low / population * PER, victims.high / population * PER, victims, population)


@dataclass(frozen=True)
class Ratio:
    """How many times likelier one group is than another, with its interval and the sentence that must go with it."""

    value: float
    low: float
    high: float
    caveat: str
    source: str


def ratio(
    first: tuple[int, int], second: tuple[int, int], *, caveat: str, source: str, level: float = 0.95
) -> Ratio:
    """The ratio of two shares, each a number of cases among a number looked at.

    Parameters
    ----------
    first, second
        (cases with it, cases looked at).
    caveat
        What the cases are and are not; it may not be empty. For violence in court cases: `COURT_CASES`.
    source
        Where the counts are from; it may not be empty.
    level
        Coverage of the interval (Katz, on the logarithm; 1/2 added where a group has none).

    Returns
    -------
    Ratio
        First over second, with its interval and its sentence.

    Raises
    ------
    NoDenominator
        If a group was not looked at, or a caveat or source is missing.

    Notes
    -----
    Assumes that cases are independent and were chosen alike in both groups.

    References
    ----------
    .. [1] Katz et al. (1978). doi:10.2307/2530610

    Examples
    --------
    >>> round(ratio((20, 100), (10, 100), caveat="invented", source="invented").value, 2)
    2.0
    """
    if not (caveat.strip() and source.strip()):
        raise NoDenominator("A ratio is not shown without its caveat and its source.")
    for cases, looked in (first, second):
        if not 0 <= cases <= looked or looked == 0:
            raise NoDenominator("Each group needs a number looked at, and at most as many cases.")
    add = 0.5 if 0 in (first[0], second[0]) else 0.0
    (a, n), (b, m) = ((cases + add, looked + add) for cases, looked in (first, second))
    middle, spread = math.log(a / n) - math.log(b / m), math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    reach = float(norm.ppf((1 + level) / 2)) * spread
    return Ratio(math.exp(middle), math.exp(middle - reach), math.exp(middle + reach), caveat, source)


@dataclass(frozen=True)
class Break:
    """A step between two years that comes from who reported."""

    year: int
    change: tuple[float, float]
    change_same_reporters: tuple[float, float]
    started: tuple[str, ...]
    stopped: tuple[str, ...]
    says: str


LARGE = 0.05  # difference of the two changes, as fractions, from which reporting is named as the reason


def reporting_breaks(frame: Frame) -> list[Break]:
    """Year-to-year steps of the published totals that are made by countries starting or ceasing to report.

    Parameters
    ----------
    frame
        Counts with `table` "total", for instance from `read_unodc`.

    Returns
    -------
    list of Break
        One for every pair of years in a row where the change over all countries and the change over countries that
        reported in both differ by more than 5 percentage points. Changes are fractions.

    Notes
    -----
    Assumes that a country which reports in both years reports alike; a country that changed its definition hides here.
    Not for years that are not in a row.
    """
    totals = frame.where(table="total", sex=TOTAL, age=TOTAL)
    found = []
    years = sorted(int(year) for year in totals.values("year")) if len(totals) else []
    for before, after in itertools.pairwise(years):
        if after == before + 1:
            step = _step(totals.where(year=str(before)), totals.where(year=str(after)), after)
            found += [step] if step else []
    return found


def _step(old: Frame, new: Frame, year: int) -> Break | None:
    was, now = set(old.values("country")), set(new.values("country"))
    both = was & now
    if not both:
        return None
    everybody = _change(old.total(), new.total())
    same = _change(old.where(country=both).total(), new.where(country=both).total())
    if min(abs(e - s) for e, s in zip(everybody, same, strict=True)) <= LARGE:
        return None
    started, stopped = (
        tuple(sorted(n.removesuffix(POOLED_NAME) for n in names)) for names in (now - was, was - now)
    )
    says = (
        f"{year}: reports changed by {everybody[0]:+.0%}, but by {same[0]:+.0%} in countries that reported in both "
        f"years. {len(started)} began to report and {len(stopped)} stopped: this step is one of reporting."
    )
    return Break(year, everybody, same, started, stopped, says)


def _change(old: Interval, new: Interval) -> tuple[float, float]:
    return new.low / old.low - 1, new.high / old.high - 1
