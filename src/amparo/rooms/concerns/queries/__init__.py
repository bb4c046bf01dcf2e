"""What can be read of concerns."""

from __future__ import annotations

from .duty import (
    ConcernFacts,
    ConcernView,
    QueueFilters,
    QueueRow,
    concern_for,
    concern_row,
    concerns_of,
    decision_to_read,
    duty_queue,
    facts_for_case,
    met_together,
    similar_to,
)
from .rota import (
    calling_outages,
    may_take_over,
    my_duty_phone,
    my_swaps,
    open_hours,
    rota_holes,
    rota_units,
    rota_week,
)

__all__ = [
    "ConcernFacts",
    "ConcernView",
    "QueueFilters",
    "QueueRow",
    "calling_outages",
    "concern_for",
    "concern_row",
    "concerns_of",
    "decision_to_read",
    "duty_queue",
    "facts_for_case",
    "may_take_over",
    "met_together",
    "my_duty_phone",
    "my_swaps",
    "open_hours",
    "rota_holes",
    "rota_units",
    "rota_week",
    "similar_to",
]
