"""All methods side by side: a hidden number is never one number alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tally.errors import NoEstimate
from tally.mse import terms as model_terms
from tally.mse.averaging import averaged
from tally.mse.fitting import fit
from tally.mse.latent import latent_class
from tally.mse.resampling import REPLICATES, bootstrap
from tally.mse.results import Estimate
from tally.mse.rules import Selection
from tally.mse.selection import (
    bic_rule,
    check_all_models,
    downhill_rule,
    point,
    stepwise,
    stepwise_rule,
)
from tally.mse.table import Table

METHODS = ("stepwise", "bic", "downhill", "decomposable", "hierarchical", "latent")
ASSUMPTIONS = (
    "Nobody entered or left the group of people in question while the lists were made.",
    "Records of one person on several lists were recognised as one person, and records of two never as one.",
    "Everybody in the group could have come onto at least some of the lists: who never can is not in the estimate.",
    "Beyond the dependence that a model lets in, being on one list makes being on another neither likelier nor rarer.",
    "The lists count the same thing: a person whom one list calls trafficked would be called so by the others.",
    "The interval covers chance and the choice of the model. It does not cover a wrong link or a wrong definition.",
)
SHOWN_INFLUENCES = 6
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Influence:
    """What the stepwise estimate becomes when one list, or one pair of lists, is treated otherwise."""

    what: str
    estimate: float | None

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"what": self.what, "estimate": self.estimate}


@dataclass(frozen=True)
class Report:
    """What several methods say about one table, and what it hangs on."""

    table: str
    observed: int
    methods: tuple[Estimate, ...]
    refusals: tuple[tuple[str, str], ...]
    influences: tuple[Influence, ...]
    population: int | None

    @property
    def span(self) -> tuple[float, float] | None:
        """From the lowest low to the highest high: the interval that includes the choice of method and model."""
        ends = [(m.low if m.low is not None else m.estimate, m.high if m.high is not None else m.estimate)
                for m in self.methods if m.estimate is not None]  # fmt: skip
        lows, highs = (
            [low for low, _ in ends if low is not None],
            [high for _, high in ends if high is not None],
        )
        return (min(lows), max(highs)) if lows and highs else None

    @property
    def per_100_000(self) -> tuple[float, float] | None:
        """The span per 100,000 inhabitants, as SDG indicator 16.2.2 asks (victims detected and not)."""
        if self.span is None or not self.population:
            return None
        low, high = self.span
        return low / self.population * 100_000, high / self.population * 100_000

    def _refused(self) -> dict[str, list[str]]:
        reasons: dict[str, list[str]] = {}
        for name, reason in self.refusals:
            reasons.setdefault(reason, []).append(name)
        return reasons

    def as_text(self) -> str:
        """The report as lines to read: methods, refusals, what moves the answer, assumptions."""
        lines = [f"{self.table}: {self.observed:,} people seen on at least one list", ""]
        lines += [_line(method) for method in self.methods]
        lines += [f"{', '.join(names):14} no answer: {reason}" for reason, names in self._refused().items()]
        if self.span:
            low, high = self.span
            lines += [
                "",
                f"All methods and models together: {_persons(low)} to {_persons(high)} people in all.",
            ]
        if self.per_100_000:
            low, high = self.per_100_000
            lines.append(f"Per 100,000 inhabitants: {low:,.1f} to {high:,.1f}")
        if self.influences:
            lines += ["", "What moves the stepwise estimate most:"]
            lines += [f"  {it.what}: {_persons(it.estimate)}" for it in self.influences[:SHOWN_INFLUENCES]]
        notes = [f"  {method.name}: {note}" for method in self.methods for note in method.notes]
        lines += ["", *notes, "This holds only if:", *(f"  - {assumption}" for assumption in ASSUMPTIONS)]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Plain data; an end that is infinite becomes null."""
        return {
            "table": self.table,
            "observed": self.observed,
            "methods": [method.as_json() for method in self.methods],
            "refusals": [{"method": method, "reason": reason} for method, reason in self.refusals],
            "assumptions": list(ASSUMPTIONS),
            "span": _plain(self.span),
            "influences": [influence.as_json() for influence in self.influences],
            "per_100_000": _plain(self.per_100_000),
        }


def _persons(number: float | None) -> str:
    return (
        "no estimate" if number is None else (f"{number:,.0f}" if np.isfinite(number) else "no upper limit")
    )


def _line(method: Estimate) -> str:
    between = (
        f"{_persons(method.low)} to {_persons(method.high)}"
        if method.low is not None
        else "no interval asked"
    )
    return f"{method.name:14} {_persons(method.estimate):>10}   {between}   {method.model}"


def _plain(ends: tuple[float, float] | None) -> list[float | None] | None:
    return [end if np.isfinite(end) else None for end in ends] if ends else None


def report(
    table: Table, methods: Sequence[str] = METHODS, *, replicates: int = REPLICATES, seed: int | None = None,
    population: int | None = None, progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Every method on one table, with what moves the answer most.

    Parameters
    ----------
    table
        Persons by combination of lists.
    methods
        Some of `METHODS`.
    replicates
        Of each bootstrap; 0 gives points only and leaves the latent classes out.
    seed
        For a result that can be repeated.
    population
        Inhabitants, for rates per 100,000.
    progress
        Called with the method, steps done and steps wanted.

    Returns
    -------
    Report
        Estimates in persons in all; a method that gives none stands among the refusals with its reason.

    Raises
    ------
    ValueError
        If a method is not known.

    Notes
    -----
    Intervals of the first three methods are BCa with the model chosen again in each replicate. The span of a report is
    no confidence interval of its own: it runs from the lowest low to the highest high. What all methods assume stands
    in `ASSUMPTIONS` and beside every report.
    """
    unknown = set(methods) - set(METHODS)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: not among {', '.join(METHODS)}.")
    found: list[Estimate] = []
    refused: list[tuple[str, str]] = []
    for name in methods:
        told = None if progress is None else _about(progress, name)
        try:
            answer = _ask(table, name, replicates, seed, told)
        except (NoEstimate, ValueError) as error:
            refused.append((name, str(error)))
            continue
        if answer.estimate is None:
            refused.append((name, f"The model chosen, {answer.model}, has {answer.status}."))
        else:
            found.append(answer)
    influences = _influences(table) if found else ()
    return Report(table.name, table.observed, tuple(found), tuple(refused), influences, population)


def _about(progress: Progress, name: str) -> Callable[[int, int], None]:
    return lambda done, wanted: progress(name, done, wanted)


def _ask(
    table: Table, name: str, replicates: int, seed: int | None, told: Callable[[int, int], None] | None
) -> Estimate:
    if name in ("decomposable", "hierarchical"):
        return averaged(table, name)
    if name == "latent":
        if not replicates:
            raise NoEstimate(
                "Latent classes give no point without sampling, and 0 replicates were asked for."
            )
        return latent_class(table, seed=seed, progress=told)
    rule = _rule(table, name)
    return (
        bootstrap(table, rule, "bca", replicates, seed=seed, progress=told)
        if replicates
        else point(table, rule)
    )


def _rule(table: Table, name: str) -> Selection:
    t = len(table.lists)
    if name == "stepwise":
        return stepwise_rule(table)
    if name == "downhill":
        return downhill_rule(table, 3 if t <= 6 else 2)
    highest = 3 if t <= 5 else 2
    check_all_models(t, highest)
    return bic_rule(table, highest)


def _influences(table: Table) -> tuple[Influence, ...]:
    """Largest change first."""
    base = stepwise(table)
    if base.estimate is None:
        return ()
    found = [*_without_each_list(table), *_with_each_pair_turned(table, base.model)]
    at = base.estimate

    def moved(influence: Influence) -> float:
        return np.inf if not influence.estimate else abs(float(np.log(influence.estimate / at)))

    return tuple(sorted(found, key=moved, reverse=True))


def _without_each_list(table: Table) -> list[Influence]:
    if len(table.lists) < 3:
        return []
    found = []
    for place, name in enumerate(table.lists):
        try:
            estimate = stepwise(table.without(place)).estimate
        except NoEstimate:
            estimate = None
        found.append(Influence(f"without list {name}", estimate))
    return found


def _with_each_pair_turned(table: Table, model: str) -> list[Influence]:
    t = len(table.lists)
    chosen = model_terms.parse(model, t)
    found = []
    for a, b in itertools.combinations(range(t), 2):
        pair = 1 << a | 1 << b
        word = "without" if pair in chosen else "with"
        other = fit(table, model_terms.text(chosen ^ {pair}, t)).estimate
        estimate = float(other) if np.isfinite(other) else None
        found.append(Influence(f"{word} the pair {table.lists[a]} and {table.lists[b]}", estimate))
    return found
