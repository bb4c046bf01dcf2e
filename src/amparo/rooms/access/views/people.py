"""People, roles, agencies and partner systems: for administrators, who read no file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.errors import Refused
from amparo.foundation.ids import ActorId
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access import actions, queries
from amparo.rooms.access.forms import AgencyForm, ClientForm, PersonForm, RoleForm, UnitForm, Until
from amparo.rooms.access.policy import Permission
from amparo.rooms.access.words import refusal_words

from .asking import ask


@requires(Permission.MANAGE_PEOPLE)
@require_GET
def people(request: StaffRequest) -> HttpResponse:
    return render(request, "access/people.html", {"rows": queries.people_of_agency(request.actor)})


@requires(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def add_person(request: StaffRequest) -> HttpResponse:
    form = PersonForm(typed(request))
    back = reverse("access:people")
    if request.method == "POST" and form.is_valid():
        a = form.cleaned_data
        try:
            new = actions.add_person(
                by=request.actor, email=a["email"], display_name=a["display_name"], language=a["language"]
            )
        except Refused as refused:
            form.add_error(None, refusal_words(refused.reason) or refused.reason)
        else:
            return render(
                request,
                "access/shown_once.html",
                {"secret": new.first_password, "next_url": reverse("access:person", args=[new.id])},
            )
    return render(
        request, "layout/question.html", {"form": form, "title": _("Add a person"), "back_url": back}
    )


@requires(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    row = queries.person_for(request.actor, ActorId(person_id))
    form = RoleForm(typed(request))
    everywhere = request.actor.has(Permission.MANAGE_AGENCIES)
    form.fields["unit"].offer(queries.units_of_agency(request.actor, everywhere=everywhere))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.appoint(by=request.actor, person_id=row.id, unit_id=UUID(a["unit"]), role=a["role"])
        return reverse("access:person", args=[row.id])

    context = {"template": "access/person.html", "person": row, "back_url": reverse("access:people")}
    return ask(request, form, row.name, act, said=_("The role was given."), **context)


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def end_membership(request: StaffRequest, person_id: UUID, membership_id: UUID) -> HttpResponse:
    return _ended(
        request, person_id, lambda: actions.end_membership(by=request.actor, membership_id=membership_id)
    )


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def deactivate(request: StaffRequest, person_id: UUID) -> HttpResponse:
    return _ended(
        request, person_id, lambda: actions.deactivate(by=request.actor, person_id=ActorId(person_id))
    )


def _ended(request: StaffRequest, person_id: UUID, act: Any) -> HttpResponse:
    try:
        act()
        messages.success(request, _("It ended."))
    except Refused as refused:
        messages.error(request, refusal_words(refused.reason) or _("You may not do this here"))
    return redirect("access:people")


@requires(Permission.MANAGE_AGENCIES)
@require_GET
def agencies(request: StaffRequest) -> HttpResponse:
    return render(
        request,
        "access/agencies.html",
        {
            "rows": queries.agencies(request.actor),
            "units": queries.units_of_agency(request.actor, everywhere=True),
        },
    )


@requires(Permission.MANAGE_AGENCIES)
@require_http_methods(["GET", "POST"])
def add_agency(request: StaffRequest) -> HttpResponse:
    form = AgencyForm(typed(request))

    def act(a: dict[str, Any]) -> str:
        actions.add_agency(
            by=request.actor,
            names=form.names(),
            kind=a["kind"],
            languages=["en"],
            time_zone=a["time_zone"],
            calendar=a["calendar"],
            key=a["key"],
        )
        return reverse("access:agencies")

    return ask(
        request,
        form,
        _("Add an agency"),
        act,
        said=_("The agency was added."),
        back_url=reverse("access:agencies"),
    )


@requires(Permission.MANAGE_AGENCIES)
@require_http_methods(["GET", "POST"])
def add_unit(request: StaffRequest) -> HttpResponse:
    form = UnitForm(typed(request))
    form.fields["agency"].offer(queries.agencies(request.actor))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.add_unit(by=request.actor, agency_id=UUID(a["agency"]), names={"en": a["name"]})
        return reverse("access:agencies")

    return ask(
        request,
        form,
        _("Add a unit"),
        act,
        said=_("The unit was added."),
        back_url=reverse("access:agencies"),
    )


@requires(Permission.MANAGE_PEOPLE, strong=True)
@require_http_methods(["GET", "POST"])
def add_client(request: StaffRequest) -> HttpResponse:
    form = ClientForm(typed(request))
    everywhere = request.actor.has(Permission.MANAGE_AGENCIES)
    form.fields["unit"].offer(queries.units_of_agency(request.actor, everywhere=everywhere))  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        a = form.cleaned_data
        try:
            new = actions.add_api_client(
                by=request.actor,
                name=a["name"],
                unit_id=UUID(a["unit"]),
                role=a["role"],
                until=Until.end(a["days"]),
            )
        except Refused as refused:
            form.add_error(None, refusal_words(refused.reason) or refused.reason)
        else:
            return render(
                request,
                "access/shown_once.html",
                {"secret": new.secret, "next_url": reverse("access:people")},
            )
    context = {"form": form, "title": _("Connect a partner's system"), "back_url": reverse("access:people")}
    return render(request, "layout/question.html", context)
