"""What stands on screens for the codes in the tables: titles of tasks, notices, reasons for a pause."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from amparo.foundation.texts import in_words

from .rules.clocks import ClockRule, Step, When, clock_rules

TASK_TITLES: dict[str, Any] = {
    "CALL_BACK": _("Call back"),
    "SEE_CHILD": _("See the child"),
    "ASK_FOR_GUARDIAN": _("Ask for a guardian"),
    "FIND_SAFE_PLACE": _("Find a safe place"),
    "TAKE_TO_DOCTOR": _("Take the child to a doctor"),
    "ASK_INTERPRETER": _("Find an interpreter"),
    "ASK_LAWYER": _("Reach the lawyer"),
    "WRITE_TO_AGENCY": _("Write to another agency"),
    "TALK_TO_SUPERVISOR": _("Talk to the supervisor"),
    "END_SERVICE_SAFELY": _("End a service safely"),
    "OTHER": _("Something else: see the detail"),
}

_more_titles: dict[str, Any] = {}

# No name, no place and not the word child: a notice may be read over a shoulder.
NOTICES: dict[str, Any] = {
    "EMERGENCY_ACCESS_USED": _("Somebody used emergency access to a file. See who and why."),
    "EMERGENCY_ACCESS_REVIEW": _("An emergency access waits for its review."),
    "DUTY_ACCESS_REVIEW": _("Look through what the duty desk opened in the last shift."),
    "ACCESS_GIVEN": _("You were given access to a file."),
    "ACCESS_ENDED": _("Your access to a file ended."),
    "FILE_HANDED_OVER": _("A file was handed over to you."),
    "CONFLICT_DECLARED": _("A worker declared a conflict of interest. The file needs another worker."),
    "SHARING_PROTOCOL_ENDS": _("An information-sharing protocol ends soon."),
    "MEMBERSHIP_ENDS": _("Somebody's work here ends soon. Their files need other workers."),
    "RETENTION_ENDS": _("A file's retention period ends soon."),
    "RETENTION_DECISION": _("A file's retention period is over. Decide what happens to it."),
    "DRAFT_EXPIRES": _("A draft of yours is removed soon unless you finish it."),
    "CALENDAR_RUNS_OUT": _("The working calendar needs next year's holidays."),
    "TASK_GIVEN": _("You were given a task."),
    "TIME_LIMIT": _("A time limit needs you."),
}

PAUSE_REASONS: dict[str, Any] = {
    "WAITS_FOR_CHILD": _("The child asked for time"),
    "WAITS_FOR_AUTHORITY": _("An authority has to answer first"),
    "COURT_ORDER": _("A court ordered it"),
    "INTERPRETER_MISSING": _("No safe interpreter yet"),
    "DISASTER": _("Roads, lines or offices are closed"),
}

# What leaves the platform by mail or message, whatever the notice says.
SENT_TEXT = _("Item waiting. Sign in.")


def add_words(*, tasks: dict[str, Any] | None = None, notices: dict[str, Any] | None = None) -> None:
    """Words of a room above, at start-up. Its tasks are given by its own acts: nobody chooses them from a list."""
    _more_titles.update(tasks or {})
    NOTICES.update(notices or {})


def is_task(code: str) -> bool:
    return code in TASK_TITLES or code in _more_titles


def task_title(code: str) -> str:
    return str(TASK_TITLES.get(code) or _more_titles.get(code) or TASK_TITLES["OTHER"])


def notice_text(code: str) -> str:
    return str(NOTICES.get(code, NOTICES["TIME_LIMIT"]))


def notice_code(rule: ClockRule, step: Step) -> str:
    """At its start people hear what happened, where that has words of its own; later, that the limit needs
    them.
    """
    return rule.starts if step.when is When.AT_START and rule.starts in NOTICES else rule.code


def clock_title(code: str) -> str:
    """In the page's language; a limit whose room is not installed keeps a plain name."""
    rule = clock_rules().get(code)
    if rule is None:
        return str(_("Time limit"))
    return in_words(rule.title)
