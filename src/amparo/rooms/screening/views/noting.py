"""Choosing a guide and filling it in: one page, then a look at the answers, then words and a next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.errors import KeeperAway, Quota, Refused
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest
from amparo.rooms.desk.begun import begun
from amparo.rooms.desk.queries import SubjectRow, drafts_of, subject_for
from amparo.rooms.screening import actions, policy, queries, words
from amparo.rooms.screening.definitions import Instrument
from amparo.rooms.screening.forms import PREFIX, GuideForm


@requires(policy.SCREEN)
@require_GET
def choose(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    subject = _writable(request, subject_id)
    drafts = {row.form for row in drafts_of(request.actor) if row.subject_id == subject.id}
    rows = [
        {
            "url": reverse("screening:note", args=[subject.id, it.id]),
            "name": words.text(it.names),
            "about": words.text(it.about),
            "kind": words.KINDS[it.kind],
            "is_begun": words.draft_form(it.id) in drafts,
        }
        for it in (row.instrument for row in queries.instruments_for(request.actor) if row.may_use)
    ]
    back = reverse("screening:screenings", args=[subject.id])
    return render(request, "screening/choose.html", {"subject": subject, "rows": rows, "back_url": back})


@requires(policy.SCREEN)
@require_http_methods(["GET", "POST"])
def note(request: StaffRequest, subject_id: UUID, instrument: str) -> HttpResponse:
    """Sent with `step`: "check" shows the answers, "change" the form again, "save" keeps them."""
    subject = _writable(request, subject_id)
    it, _wording = queries.instrument_in_use(request.actor, instrument, words.language())
    is_again = queries.was_noted(request.actor, subject.id, it.id)
    draft = begun(request, words.draft_form(it.id), subject.id)
    if request.method == "GET":
        initial = draft["answers"] or _as_before(request, subject, it, is_again)
        return _form(request, subject, GuideForm(instrument=it, is_again=is_again, initial=initial), draft)
    step = request.POST.get("step", "check")
    # sent again on a bad line, the first sending answers; only then is it asked why it is done again
    asks_why = is_again and (step != "save" or "reason" in request.POST)
    form = GuideForm(request.POST, instrument=it, is_again=asks_why)
    if not form.is_valid() or form.opened:
        return _form(request, subject, form, draft)
    if step == "save":
        return _saved(request, subject, form, draft)
    if step == "change":
        initial = {name: request.POST[name] for name in form.fields if name in request.POST}
        initial["paper_on"] = form.cleaned_data["paper_on"]
        return _form(request, subject, GuideForm(instrument=it, is_again=is_again, initial=initial), draft)
    return _check(request, subject, form)


def _saved(
    request: StaffRequest, subject: SubjectRow, form: GuideForm, draft: dict[str, Any]
) -> HttpResponse:
    try:
        return redirect("screening:screening", _save(request, subject, form))
    except Refused as refused:
        if refused.reason != "again_needs_reason":
            raise
    asking = GuideForm(request.POST, instrument=form.instrument, is_again=True)
    asking.is_valid()
    return _form(request, subject, asking, draft)


def _save(request: StaffRequest, subject: SubjectRow, form: GuideForm) -> UUID:
    cleaned = form.cleaned_data
    return actions.note_signs(
        by=request.actor,
        subject_id=subject.id,
        instrument=form.instrument.id,
        version=form.instrument.version,
        answers={name: answer.value for name, answer in form.answers().items()},
        reason=cleaned.get("reason", ""),
        age_years=cleaned.get("age_years"),
        paper_on=cleaned["paper_on"].value if cleaned["paper_on"] else None,
        language=words.language(),
        key=cleaned["key"],
    )


def _writable(request: StaffRequest, subject_id: UUID) -> SubjectRow:
    subject = subject_for(request.actor, SubjectId(subject_id), "screening")
    if not subject.may_write:
        raise Refused("read_only")
    return subject


def _as_before(request: StaffRequest, subject: SubjectRow, it: Instrument, is_again: bool) -> dict[str, str]:
    """Again begins where it ended. A keeper that is away never stops the noting: the page is then empty."""
    if not is_again:
        return {}
    try:
        _found, answers = queries.last_opened(request.actor, subject.id, it.id)
    except (KeeperAway, Quota):
        return {}
    return {PREFIX + name: answer.value for name, answer in answers.items()}


def _form(request: StaffRequest, subject: SubjectRow, form: GuideForm, draft: dict[str, Any]) -> HttpResponse:
    it = form.instrument
    context = {
        "form": form,
        "title": words.text(it.names),
        "subject": subject,
        "guide": it,
        "about": words.text(it.about),
        "is_asked": it.is_licensed,
        "is_unreviewed": it.languages.get(words.language()) == "unreviewed",
        "back_url": reverse("screening:choose", args=[subject.id]),
        "cancel_url": reverse("screening:screenings", args=[subject.id]),
    }
    return render(request, "screening/note.html", context | draft)


def _check(request: StaffRequest, subject: SubjectRow, form: GuideForm) -> HttpResponse:
    labels = words.answers_of(form.instrument.kind)
    answers = form.answers()
    groups = [
        {"title": words.text(group.names) or _("Answers"), "rows": [
            {"key": words.text(item.text), "value": labels[answers[item.id]]}
            for item in group.items if item.id in answers
        ]}
        for group in form.instrument.groups
    ]  # fmt: skip
    kept = ("key", "age_years", "reason", "paper_on_day", "paper_on_month", "paper_on_year")
    hidden = [(name, form.data[name]) for name in kept if name in form.data]
    hidden += [(PREFIX + name, answer.value) for name, answer in answers.items()]
    context = {
        "title": _("Check what you noted"),
        "subject": subject,
        "groups": [g for g in groups if g["rows"]],
        "hidden": hidden,
        "reason": form.cleaned_data.get("reason", ""),
        "back_url": reverse("screening:choose", args=[subject.id]),
    }
    return render(request, "screening/check.html", context)
