"""Paper twins: every form as one or two pages of A4, in each language it is written in, from the same data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.forms import ActForm
from amparo.foundation.requests import StaffRequest
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.actions.papers import print_form
from amparo.rooms.concerns.forms.intake_data import (
    WRITTEN_IN,
    IntakeForm,
    Question,
    clear_answers,
    intake_forms,
    options_of,
    paper_words,
    told,
    unreviewed,
)
from amparo.rooms.concerns.queries.papers import paper_of

#: The rows of a group's paper that fit on its two pages.
NAMES = {"en": "English", "ar": "العربية"}


@requires(policy.SEND)
@require_http_methods(["GET", "POST"])
def preview(request: StaffRequest, name: str) -> HttpResponse:
    """How the paper looks. A copy to print gets its number by a press, and the log gets its line."""
    form, language = intake_forms()[name], wanted(request)
    if request.method == "POST":
        key = str(ActForm(request.POST).fields["key"].clean(request.POST.get("key")))
        number = print_form(by=request.actor, form=name, language=language, key=key)
        return redirect("concerns:paper", number)
    return drawn(request, form, language, None)


@requires(policy.SEND)
@require_GET
def paper(request: StaffRequest, number: int) -> HttpResponse:
    """One's own numbered copy."""
    found = paper_of(request.actor, number)
    return drawn(request, intake_forms()[found.form], found.language, found.number)


def wanted(request: StaffRequest) -> str:
    """The language asked for, else the page's own, else English."""
    asked = request.GET.get("language") or translation.get_language() or "en"
    return asked if asked in WRITTEN_IN else "en"


def drawn(request: StaffRequest, form: IntakeForm, language: str, number: int | None) -> HttpResponse:
    with translation.override(language):
        address = reverse(f"concerns:{form.name}_paper")
        context = {
            "title": told(form.title), "lead": told(form.lead), "code": f"{form.code}-{form.version}",
            "groups": [{"title": told(g.title) if g.title else "", "items": [_item(q) for q in g.questions]}
                       for g in form.groups],
            "number": f"{number:06d}" if number else "", "words": {k: told(w) for k, w in paper_words().items()},
            "rows": range(1, form.rows + 1), "row_labels": [told(words) for words in form.row_labels.values()],
            "unreviewed": unreviewed().get(language, ""), "numbers": settings.AMPARO_DUTY_NUMBERS,
            "languages_offered": [(code, f"{address}?language={code}", NAMES[code]) for code in WRITTEN_IN],
            "language": language, "form": ActForm(), "back_url": reverse("concerns:report"),
        }  # fmt: skip
        return render(request, "concerns/paper/paper.html", context)


def _item(question: Question) -> dict[str, Any]:
    """A question on paper: boxes to tick, or lines to write on."""
    boxes: list[str] = []
    if question.kind in ("choice", "choices"):
        boxes = [words for _value, words in options_of(question)]
    unknown = told(clear_answers()["unknown"]) if question.kind in ("age", "language", "area") else ""
    return {
        "label": told(question.label), "hint": told(question.hint), "boxes": boxes, "unknown": unknown,
        "lines": range(question.lines), "is_short": question.kind in ("age", "language", "area"),
    }  # fmt: skip
