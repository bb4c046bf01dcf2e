"""What can be read of cases. A query whose name ends in `opened` asks the keeper too, after its transaction."""

from __future__ import annotations

from .around import (
    AllegationRow,
    AroundRow,
    LinkRow,
    allegations_opened,
    links_of,
    people_opened,
    reasons_opened,
)
from .hand_over import CoverRow, HandOverRow, TakerRow, covers, hand_overs, takers
from .lists import CaseList, CaseRow, Filters, cannot_wait, cases_for, morning_list
from .sheet import Sheet, SheetOpened, case_for, case_panel, case_version, sheet_opened
from .team import Leaver, Team, WorkerRow, team_for

__all__ = [
    "AllegationRow",
    "AroundRow",
    "CaseList",
    "CaseRow",
    "CoverRow",
    "Filters",
    "HandOverRow",
    "Leaver",
    "LinkRow",
    "Sheet",
    "SheetOpened",
    "TakerRow",
    "Team",
    "WorkerRow",
    "allegations_opened",
    "cannot_wait",
    "case_for",
    "case_panel",
    "case_version",
    "cases_for",
    "covers",
    "hand_overs",
    "links_of",
    "morning_list",
    "people_opened",
    "reasons_opened",
    "sheet_opened",
    "takers",
    "team_for",
]
