"""People around the child, allegations apart from them, and whether siblings are kept together."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.cases import actions, policy, queries, words
from amparo.rooms.cases.forms import AllegationForm, ApartForm, AroundForm
from amparo.rooms.desk.queries import subject_for

from .asking import ask, child, sheet_url


def _around_url(subject: SubjectId) -> str:
    return reverse("cases:around", args=[subject])


@requires(policy.READ)
@require_GET
def around(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = subject_for(request.actor, SubjectId(subject_id), "people")
    rows = [
        {"row": r, "relation": words.RELATIONS[r.around.relation],
         "answers": [(label, words.ANSWERS[getattr(r.around, name)]) for name, label in _questions()]}
        for r in queries.people_opened(request.actor, file.id)
    ]  # fmt: skip
    context = {
        "subject": file,
        "rows": rows,
        "back_url": sheet_url(file.id),
        "may_read_allegations": _may(request, file.id),
    }
    return render(request, "cases/around.html", context)


def _questions() -> list[tuple[str, str]]:
    return [("lives_with", _("Lives with the child")), ("holds_custody", _("Holds custody")),
            ("may_contact", _("May be in contact")), ("may_know", _("May know about this case"))]  # fmt: skip


def _may(request: StaffRequest, subject: SubjectId) -> bool:
    try:
        subject_for(request.actor, subject, "allegation")
    except NotThere:
        return False
    return True


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def add_person(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "people")

    def act(a: dict[str, Any]) -> str:
        actions.add_person(by=request.actor, subject_id=file.id, around=form.around(), key=a["key"])
        return _around_url(file.id)

    form = AroundForm(typed(request))
    return ask(
        request,
        form,
        _("Somebody around the child"),
        act,
        back_url=_around_url(file.id),
        said=_("It is recorded and sealed."),
    )


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def change_person(request: StaffRequest, subject_id: UUID, around_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "people")
    row = next((r for r in queries.people_opened(request.actor, file.id) if r.id == around_id), None)
    if row is None:
        raise NotThere

    def act(a: dict[str, Any]) -> str:
        version = a["version"] or 0
        actions.change_person(
            by=request.actor, person_id=around_id, around=form.around(), version=version, key=a["key"]
        )
        return _around_url(file.id)

    form = AroundForm(typed(request), initial=asdict(row.around) | {"version": row.version})
    return ask(
        request,
        form,
        _("Somebody around the child"),
        act,
        back_url=_around_url(file.id),
        said=_("It is recorded and sealed."),
    )


@requires(policy.READ)
@require_GET
def allegations(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    """Of this child alone. It needs access to the allegations and to the people they are about."""
    file = subject_for(request.actor, SubjectId(subject_id), "allegation")
    names = {r.id: r.around.name for r in queries.people_opened(request.actor, file.id)}
    rows = [
        {"row": r, "name": names.get(r.person_id, ""), "status": words.ALLEGED[r.said.status]}
        for r in queries.allegations_opened(request.actor, file.id)
    ]
    context = {"subject": file, "rows": rows, "people": names.items(), "back_url": _around_url(file.id)}
    return render(request, "cases/allegations.html", context)


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def add_allegation(request: StaffRequest, subject_id: UUID, around_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "allegation")
    if around_id not in [r.id for r in queries.people_opened(request.actor, file.id)]:
        raise NotThere

    def act(a: dict[str, Any]) -> str:
        actions.add_allegation(by=request.actor, person_id=around_id, said=form.said(), key=a["key"])
        return back

    back = reverse("cases:allegations", args=[file.id])
    form = AllegationForm(typed(request))
    return ask(
        request, form, _("Alleged to have harmed"), act, back_url=back, said=_("It is recorded and sealed.")
    )


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def change_allegation(request: StaffRequest, subject_id: UUID, allegation_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "allegation")
    row = next((r for r in queries.allegations_opened(request.actor, file.id) if r.id == allegation_id), None)
    if row is None:
        raise NotThere

    def act(a: dict[str, Any]) -> str:
        version = a["version"] or 0
        actions.change_allegation(
            by=request.actor, allegation_id=allegation_id, said=form.said(), version=version, key=a["key"]
        )
        return back

    back = reverse("cases:allegations", args=[file.id])
    form = AllegationForm(typed(request), initial=asdict(row.said) | {"version": row.version})
    return ask(
        request, form, _("Alleged to have harmed"), act, back_url=back, said=_("It is recorded and sealed.")
    )


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def apart(request: StaffRequest, subject_id: UUID, link_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "people")
    if link_id not in [link.id for link in queries.links_of(request.actor, file.id)]:
        raise NotThere

    def act(a: dict[str, Any]) -> str:
        actions.keep_apart(by=request.actor, subject_id=file.id, link_id=link_id, why=a["why"], key=a["key"])
        return sheet_url(file.id)

    form = ApartForm(typed(request))
    said = _("It is recorded that they are not kept together.")
    return ask(request, form, _("Not kept together"), act, back_url=sheet_url(file.id), said=said)


@requires(policy.WRITE)
@require_POST
def together(request: StaffRequest, subject_id: UUID, link_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "people")
    actions.keep_together(by=request.actor, subject_id=file.id, link_id=link_id)
    messages.success(request, _("They are kept together again."))
    return redirect(sheet_url(file.id))
