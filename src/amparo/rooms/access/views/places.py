"""Areas and catchments, protocols, duty, and the agency's log."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.ids import ActorId
from amparo.foundation.registries import panels
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access import actions, queries
from amparo.rooms.access.forms import AreasForm, CatchmentForm, ProtocolForm, ShiftForm
from amparo.rooms.access.places import AreaErrors, read_areas
from amparo.rooms.access.policy import Permission

from .asking import ask


@requires(Permission.MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def places(request: StaffRequest) -> HttpResponse:
    form = AreasForm(typed(request), request.FILES or None)
    mistakes: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["file"].read().decode("utf-8")
            rows = read_areas(text, queries.known_p_codes(request.actor))
            count = actions.import_places(by=request.actor, areas=rows)
            messages.success(request, _("%(count)d areas were imported.") % {"count": count})
            return redirect("access:places")
        except AreaErrors as error:
            mistakes = error.errors
        except UnicodeDecodeError:
            mistakes = [_("The file is not UTF-8 text. Save it as “CSV UTF-8”.")]
        form.add_error("file", _("Nothing was imported. Put these rows right and send the file again."))
    context = {"form": form, "mistakes": mistakes[:200], "areas": queries.areas(request.actor)}
    return render(request, "access/places.html", context)


@requires(Permission.MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def catchment(request: StaffRequest) -> HttpResponse:
    form = CatchmentForm(typed(request))
    form.fields["unit"].offer(queries.units_of_agency(request.actor, everywhere=True))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.set_catchment(by=request.actor, unit_id=UUID(a["unit"]), areas=a["areas"].upper().split())
        return reverse("access:places")

    return ask(
        request, form, _("Where a unit works"), act, said=_("It is saved."), back_url=reverse("access:places")
    )


@requires(Permission.MANAGE_PROTOCOLS)
@require_GET
def protocols(request: StaffRequest) -> HttpResponse:
    return render(request, "access/protocols.html", {"rows": queries.protocols(request.actor)})


@requires(Permission.MANAGE_PROTOCOLS)
@require_http_methods(["GET", "POST"])
def propose_protocol(request: StaffRequest) -> HttpResponse:
    form = ProtocolForm(typed(request))
    choices = [(str(c.id), c.label) for c in queries.agencies(request.actor)]
    form.fields["parties"].choices = choices  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.propose_protocol(
            by=request.actor,
            names={"en": a["name"]},
            parties=[UUID(p) for p in a["parties"]],
            purposes=[a["purposes"]],
            sections=["register", *a["sections"]],
            from_on=a["from_on"],
            until_on=a["until_on"],
        )
        return reverse("access:protocols")

    said = _("It waits for a second person's approval.")
    return ask(request, form, _("Propose a protocol"), act, said=said, back_url=reverse("access:protocols"))


@requires(Permission.MANAGE_PROTOCOLS)
@require_POST
def approve_protocol(request: StaffRequest, protocol_id: UUID) -> HttpResponse:
    actions.approve_protocol(by=request.actor, protocol_id=protocol_id)
    messages.success(request, _("The protocol is in force."))
    return redirect("access:protocols")


@requires(Permission.MANAGE_DUTY)
@require_http_methods(["GET", "POST"])
def duty(request: StaffRequest) -> HttpResponse:
    form = ShiftForm(typed(request))
    form.fields["to"].offer(queries.colleagues(request.actor, own_agency=True))  # type: ignore[attr-defined]
    form.fields["unit"].offer(queries.units_of_agency(request.actor))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        starts = a["starts"].replace(tzinfo=ZoneInfo(request.actor.time_zone)).astimezone(dt.UTC)
        actions.plan_shift(
            by=request.actor,
            person_id=ActorId(UUID(a["to"])),
            unit_id=UUID(a["unit"]),
            order=int(a["order"]),
            starts=starts,
            ends=starts + dt.timedelta(hours=int(a["hours"])),
        )
        return reverse("access:duty")

    shifts = queries.shifts(request.actor)
    rota = panels.shown("duty", request.actor)  # what rooms above know of the rota
    context = {"template": "access/duty.html", "shifts": shifts, "panels": rota, "back_url": "/"}
    return ask(request, form, _("Who is on duty"), act, said=_("The shift is planned."), **context)


@requires(Permission.READ_ACCESS_LOG)
@require_GET
def agency_log(request: StaffRequest) -> HttpResponse:
    page = queries.agency_log(request.actor, request.GET.get("after", ""))
    return render(
        request,
        "access/log.html",
        {"page": page, "title": _("What people of your agency opened"), "back_url": "/"},
    )
