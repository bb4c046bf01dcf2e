"""One intake form through its pages: asked, checked, sent. Nothing typed is lost on the way.

Between the pages the answers travel in the page itself; each step also keeps them as a sealed draft.
"""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from amparo.foundation.errors import AmparoError, Conflict, Refused
from amparo.foundation.registries import refusals
from amparo.foundation.requests import StaffRequest
from amparo.rooms.access import queries as access
from amparo.rooms.concerns.forms.intake import Areas, IntakeAnswers
from amparo.rooms.concerns.forms.intake_data import CONCERN_CALLS, IntakeForm, told
from amparo.rooms.concerns.forms.intake_group import MORE_ROWS, ManyChildren, ManyFromPaper
from amparo.rooms.concerns.forms.intake_paper import FromPaper
from amparo.rooms.desk import actions as desk
from amparo.rooms.desk.begun import begun

NOT_KEPT = ("csrfmiddlewaretoken", "step")
MOST_AREAS = 400


@dataclass(frozen=True)
class Asked:
    """Which form, and whether it is typed from paper."""

    form: IntakeForm
    is_paper: bool

    @property
    def draft(self) -> str:
        return f"{'paper' if self.is_paper else 'intake'}_{self.form.name}"

    @property
    def url(self) -> str:
        return reverse(f"concerns:{self.form.name}{'_from_paper' if self.is_paper else ''}")


def areas_of(request: StaffRequest) -> Areas:
    """Provinces and districts by name; provinces alone where there would be too many to choose from."""
    found = access.areas(request.actor, levels=(1, 2))
    if len(found) > MOST_AREAS:
        found = tuple(a for a in found if a.level == 1)
    names = {a.p_code: a.name for a in found}
    labels = [
        (a.p_code, f"{a.name}, {names[a.parent]}" if a.level == 2 and a.parent in names else a.name)
        for a in found
    ]
    return tuple(sorted(labels, key=lambda pair: pair[1]))


def answers(request: StaffRequest, asked: Asked, data: QueryDict | None) -> IntakeAnswers:
    is_group = bool(asked.form.rows)
    kind = {(False, False): IntakeAnswers, (False, True): FromPaper,
            (True, False): ManyChildren, (True, True): ManyFromPaper}[is_group, asked.is_paper]  # fmt: skip
    more: dict[str, Any] = {"zone": request.actor.time_zone} if asked.is_paper else {}
    return kind(data, form=asked.form, areas=areas_of(request), **more)


def question_page(request: StaffRequest, asked: Asked, form: IntakeAnswers, **context: Any) -> HttpResponse:
    group = {"rows": list(form.rows())} if isinstance(form, ManyChildren) else {}
    return render(request, "concerns/intake/questions.html", {
        "form": form, "title": told(asked.form.title), "lead": told(asked.form.lead), "is_paper": asked.is_paper,
        "submit_label": told(asked.form.submit), "paper": form.paper() if isinstance(form, FromPaper) else (),
        "back_url": reverse("concerns:report"),
        "paper_url": reverse(f"concerns:{asked.form.name}_paper"),
        "from_paper_url": reverse(f"concerns:{asked.form.name}_from_paper"),
        "draft_url": reverse("desk:save_draft", args=[asked.draft]), **group, **context,
    })  # fmt: skip


def begin(request: StaffRequest, asked: Asked) -> HttpResponse:
    """The empty form, or the draft to go on with."""
    found = begun(request, asked.draft)
    if not found["answers"]:
        return question_page(request, asked, answers(request, asked, None), **found)
    form = answers(request, asked, _as_sent(found["answers"])).without_errors()
    return question_page(request, asked, form, **found)


def _as_sent(kept: dict[str, str]) -> QueryDict:
    """A draft as if it had been sent just now, under a key of its own."""
    data = QueryDict(mutable=True)
    for name, value in kept.items():
        data.setlist(name, value.split("\n") if name == "needs" else [value])
    data["key"] = str(uuid.uuid4())
    return data


def with_more_rows(sent: QueryDict) -> QueryDict:
    data = sent.copy()
    count = sent.get("count", "")
    data["count"] = str((int(count) if count.isdecimal() and len(count) < 4 else 0) + MORE_ROWS)
    return data


def check_page(request: StaffRequest, asked: Asked, form: IntakeAnswers) -> HttpResponse:
    """Everything said, before it is sent. The draft is kept now, with or without a script in the page."""
    _keep_draft(request, asked)
    is_concern = not is_counted(form)
    kept = [(k, v) for k, values in request.POST.lists() if k not in NOT_KEPT for v in values]
    return render(request, "concerns/intake/check.html", {
        "title": _("Check your answers"), "form_title": told(asked.form.title), "said": _said(form, is_concern),
        "rows": _children_said(form), "kept": kept, "is_concern": is_concern, "url": asked.url,
    })  # fmt: skip


def is_counted(form: IntakeAnswers) -> bool:
    """A call that is no concern: whatever else was typed about it is not kept."""
    call_type = form.cleaned_data.get("call_type")
    return bool(call_type) and call_type not in CONCERN_CALLS


def _said(form: IntakeAnswers, is_concern: bool) -> list[dict[str, str]]:
    return [
        {"name": question.name, "key": told(question.short), "value": words}
        for question, words in form.said()
        if is_concern or question.name == "call_type"
    ]


def _children_said(form: IntakeAnswers) -> list[dict[str, Any]]:
    """One line for each row that is filled in."""
    if not isinstance(form, ManyChildren):
        return []
    return [
        {"number": row.number, "words": [str(w) for w in (_shown(field, form) for field in row.fields) if w]}
        for row in form.rows()
        if form.filled(row.number)
    ]


def _shown(field: Any, form: IntakeAnswers) -> str:
    value = form.cleaned_data.get(field.name)
    if isinstance(value, tuple):
        low, high = value
        return "" if low is None else str(low) if low == high else f"{low}-{high}"
    choices = dict(getattr(field.field, "choices", ()))
    return str(choices.get(value, value) or "") if value else ""


def _keep_draft(request: StaffRequest, asked: Asked) -> None:
    kept = {k: "\n".join(v) for k, v in request.POST.lists() if k not in (*NOT_KEPT, "key")}
    with contextlib.suppress(AmparoError):  # without a draft the answers still stand in the page
        desk.save_draft(by=request.actor, form=asked.draft, subject_id=None, answers=kept)


def why_not(error: Refused | Conflict) -> str:
    """What to do when sending was refused, in words beside what was typed."""
    if isinstance(error, Conflict):
        return _("This was not sent, because the desk that answers changed just now. Send it again.")
    return str(refusals.get(error.reason) or "")
