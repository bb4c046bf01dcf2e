"""My cases; the team's work; hand-overs and cover."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.errors import NotThere
from amparo.foundation.forms import ActForm
from amparo.foundation.ids import ActorId, SubjectId
from amparo.foundation.requests import StaffRequest, back_to, typed
from amparo.rooms.cases import actions, policy, queries
from amparo.rooms.cases.forms import CoverForm, HandOverForm, ListForm, taker_of
from amparo.rooms.cases.queries import Filters

from .asking import ask, file_url


@requires(policy.READ)
@require_GET
def mine(request: StaffRequest) -> HttpResponse:
    form = ListForm(request.GET or None, gives_out=policy.gives_out(request.actor))
    filters = Filters()
    if form.is_bound and form.is_valid():
        a = form.cleaned_data
        filters = Filters(a["whose"] or "mine", a["risk"], a["waits_for"])
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = queries.cases_for(request.actor, filters, after=after, before=before)
    context = {"list": found, "form": form, "is_mine": filters == Filters()}
    return render(request, "cases/mine.html", context)


@requires(policy.GIVE_OUT)
@require_GET
def team(request: StaffRequest) -> HttpResponse:
    found = queries.team_for(request.actor)
    context = {
        "team": found, "bands": _bands(found), "hand_overs": queries.hand_overs(request.actor),
        "covers": queries.covers(request.actor),
    }  # fmt: skip
    return render(request, "cases/team.html", context)


def _bands(team: queries.Team) -> list[tuple[str, tuple[queries.WorkerRow, ...]]]:
    labels = {
        30: _("30 children and more"),
        20: _("20 to 29 children"),
        10: _("10 to 19 children"),
        0: _("Fewer than 10 children"),
    }
    return [
        (label, rows)
        for low, label in labels.items()
        if (rows := tuple(w for w in team.workers if w.band == low))
    ]


@requires(policy.READ)
@require_http_methods(["GET", "POST"])
def hand_over(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    row = queries.case_version(request.actor, SubjectId(subject_id))[0]

    def act(a: dict[str, Any]) -> str:
        taker = taker_of(a["taker"])
        if taker is not None:
            actions.hand_over(
                by=request.actor, subject_id=row.subject_id, taker=taker, reason=a["reason"], key=a["key"]
            )
        return file_url(row.subject_id)

    form = HandOverForm(typed(request), takers=queries.takers(request.actor))
    said = _("The file is offered. You answer for the child until it is accepted.")
    context = {"template": "cases/hand_over.html", "case": row}
    return ask(
        request,
        form,
        _("Offer this file to another worker"),
        act,
        back_url=file_url(row.subject_id),
        said=said,
        **context,
    )


@requires(policy.GIVE_OUT)
@require_http_methods(["GET", "POST"])
def caseload(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Everything a person of the team answers for, offered in one batch."""
    worker = next(
        (w for w in queries.team_for(request.actor).workers if w.id == person_id and w.open_cases), None
    )
    if worker is None:
        raise NotThere

    def act(a: dict[str, Any]) -> str:
        taker = taker_of(a["taker"])
        if taker is not None:
            actions.hand_over_caseload(
                by=request.actor, person=ActorId(person_id), taker=taker, reason=a["reason"], key=a["key"]
            )
        return reverse("cases:team")

    takers = [t for t in queries.takers(request.actor) if t.person != person_id]
    form = HandOverForm(typed(request), takers=takers, initial={"reason": "leaves"})
    context = {
        "template": "cases/caseload.html",
        "worker": worker,
        "said": _("All of them are offered. Nothing moves until they are accepted."),
    }
    return ask(request, form, _("Offer a whole caseload"), act, back_url=reverse("cases:team"), **context)


@requires(policy.READ)
@require_GET
def hand_overs(request: StaffRequest) -> HttpResponse:
    return render(request, "cases/hand_overs.html", {"hand_overs": queries.hand_overs(request.actor)})


@requires(policy.WRITE)
@require_POST
def accept(request: StaffRequest, batch: UUID) -> HttpResponse:
    count = actions.accept_hand_over(by=request.actor, batch=batch)
    said = ngettext("You answer for %(count)d child more.", "You answer for %(count)d children more.", count)
    messages.success(request, said % {"count": count})
    return redirect(back_to(request, reverse("cases:mine")))


@requires(policy.WRITE)
@require_POST
def decline(request: StaffRequest, batch: UUID) -> HttpResponse:
    actions.decline_hand_over(by=request.actor, batch=batch)
    messages.success(request, _("You did not accept. The giver goes on answering, and is told."))
    return redirect(back_to(request, reverse("cases:hand_overs")))


@requires(policy.WRITE)
@require_POST
def undo(request: StaffRequest, batch: UUID) -> HttpResponse:
    actions.withdraw_hand_over(by=request.actor, batch=batch)
    messages.success(request, _("The offer is taken back. Nothing has moved."))
    return redirect(back_to(request, reverse("cases:hand_overs")))


@requires(policy.GIVE_OUT)
@require_http_methods(["GET", "POST"])
def take(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    row = queries.case_version(request.actor, SubjectId(subject_id))[0]

    def act(a: dict[str, Any]) -> str:
        actions.take_case(by=request.actor, subject_id=row.subject_id, key=a["key"])
        return file_url(row.subject_id)

    title, said = _("Take this child over from the duty desk"), _("You answer for this child now.")
    return ask(
        request,
        ActForm(typed(request)),
        title,
        act,
        back_url=file_url(row.subject_id),
        said=said,
        submit_label=_("Take over"),
    )


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def cover(request: StaffRequest) -> HttpResponse:
    people = [t for t in queries.takers(request.actor) if t.person]
    away = (
        [t for t in people if t.unit_id == request.actor.unit]
        if policy.gives_out(request.actor)
        else [t for t in people if t.person == request.actor.id]
    )

    def act(a: dict[str, Any]) -> str:
        actions.plan_cover(
            by=request.actor, person=form.who("person"), stand_in=form.who("stand_in"), from_at=form.begins(),
            until_at=form.ends(), key=a["key"],
        )  # fmt: skip
        return reverse("cases:cover")

    form = CoverForm(typed(request), people=people, zone=request.actor.time_zone)
    form.fields["person"].offer(away, _("Choose a worker"))  # type: ignore[attr-defined]
    context = {
        "template": "cases/cover.html",
        "covers": queries.covers(request.actor),
        "said": _("The cover is planned. It begins and ends by itself."),
    }
    return ask(request, form, _("Cover for somebody who is away"), act, **context)


@requires(policy.WRITE)
@require_POST
def end_cover(request: StaffRequest, cover_id: UUID) -> HttpResponse:
    actions.end_cover(by=request.actor, cover_id=cover_id)
    messages.success(request, _("The cover has ended. What was open went back."))
    return redirect("cases:cover")
