"""Each component in each state, on one page: what a room may use, and what a change must not break."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from amparo.foundation.doors import requires
from amparo.foundation.forms import (
    ActForm,
    CodeField,
    DateField,
    EnteredDate,
    PlainForm,
    PlainParagraphs,
    PlainText,
    WholeNumber,
)

DAY = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
ROLES = [("", _("Choose one")), ("worker", _("Caseworker")), ("lead", _("Supervisor"))]
YES_NO = [("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know"))]
NEEDS = [("food", _("Food")), ("sleep", _("A place to sleep")), ("doctor", _("A doctor"))]


class Sample(ActForm):
    """One field of each kind."""

    called = PlainText(
        label=_("What does the child want to be called?"), help_text=_("Any name. It is kept locked away.")
    )
    code = CodeField(label=_("Code name"), help_text=_("For example K7-4Q2M"), required=False)
    years = WholeNumber(label=_("About how old?"), min_value=0, max_value=25)
    born = DateField(
        label=_("When was the child born?"), help_text=_("The year is enough if you do not know more.")
    )
    safe = forms.ChoiceField(label=_("Is the child safe now?"), choices=YES_NO, widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(
        label=_("What is needed now?"), choices=NEEDS, widget=forms.CheckboxSelectMultiple, required=False
    )
    role = forms.ChoiceField(label=_("Who are you?"), choices=ROLES)
    words = PlainParagraphs(
        label=_("What did you see?"), help_text=_("Only what you saw or heard."), max_length=500, rows=4
    )
    paper = forms.FileField(label=_("Photo of the paper form"), required=False)
    told = forms.BooleanField(
        label=_("The child was told who reads this"), help_text=_("In words the child understands.")
    )


class SampleFilter(PlainForm):
    code = PlainText(label=_("Code name"), required=False, max_length=40)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, required=False)


@dataclasses.dataclass(frozen=True)
class SamplePage:
    next_key: str | None
    previous_key: str | None


@requires("USE_AMPARO")
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "web/gallery.html", sample_context(request))


def sample_context(request: HttpRequest) -> dict[str, Any]:
    wrong = {
        "called": "",
        "code": "K7-4Q2X",
        "years": "many",
        "born_day": "31",
        "born_month": "2",
        "born_year": "2014",
        "words": "a" * 501,
    }
    later = datetime.now(tz=UTC)
    return {
        "plain": Sample(auto_id="plain_%s", initial={"born": EnteredDate(date(2014, 5, 1), "month")}),
        "wrong": Sample(wrong, auto_id="wrong_%s"),
        "search": SampleFilter(request.GET or None, auto_id="filter_%s"),
        "middle_page": SamplePage("k7", "b3"),
        "tag_kinds": TAGS,
        "rows": ROWS,
        "groups": [{"title": _("About the child"), "rows": ROWS}],
        "tasks": TASKS,
        "notices_new": [
            {"text": _("A file was opened in an emergency"), "url": "#", "at": DAY, "is_new": True},
            {
                "text": _("A time limit ends today"),
                "url": "#",
                "at": DAY - timedelta(days=1),
                "is_new": False,
            },
        ],
        "differences": [
            {
                "label": _("Where the child sleeps tonight"),
                "yours": "With an aunt",
                "theirs": "In a safe house",
            },
            {"label": _("Language"), "yours": "العربية", "theirs": "العربية"},
        ],
        "entries": [
            {
                "at": DAY,
                "title": _("Note written"),
                "by": "Ama Serwaa",
                "text": "She wants to go to school.\nWith her sister.",
            },
            {"at": DAY - timedelta(days=2), "title": _("File opened"), "by": "يوسف حداد", "text": ""},
        ],
        "first": {"name": "Ama Serwaa", "role": _("Caseworker"), "at": DAY},
        "second": {"name": "Lucía Ferrer", "role": _("Supervisor"), "at": DAY + timedelta(hours=2)},
        "moment": DAY,
        "soon": later + timedelta(hours=3, minutes=5),
        "late": later - timedelta(days=2, hours=3),
        "birth": EnteredDate(date(2014, 5, 1), "month"),
        "about": EnteredDate(date(2012, 1, 1), "about"),
    }


TAGS = [
    ("high", _("High risk")), ("medium", _("Needs a choice")), ("low", _("Low risk")), ("new", _("New")),
    ("done", _("Completed")), ("waiting", _("Waiting")), ("neutral", _("Cannot start yet")),
]  # fmt: skip
ROWS = [
    {"key": _("Language"), "value": "العربية, English", "change_url": "#"},
    {"key": _("Guardian"), "value": "", "change_url": "#"},
    {"key": _("Opened"), "value": "23 Nov", "change_url": ""},
]
TASKS = [
    {"label": _("Safe place tonight"), "url": "#", "status": "done", "hint": ""},
    {"label": _("Guardian"), "url": "#", "status": "started", "hint": _("Asked for on 20 Nov")},
    {"label": _("Health check"), "url": "#", "status": "not_started", "hint": ""},
    {"label": _("Plan"), "url": "", "status": "cannot_start", "hint": _("After the first assessment")},
    {"label": _("Papers"), "url": "#", "status": "problem", "hint": _("A page is missing")},
]
