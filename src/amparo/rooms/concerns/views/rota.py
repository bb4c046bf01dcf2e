"""The rota: a week with its holes, swaps, and one's own telephone."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.errors import Refused
from amparo.foundation.ids import ActorId
from amparo.foundation.registries import refusals
from amparo.foundation.requests import StaffRequest, back_to, typed
from amparo.rooms.access.policy import Permission
from amparo.rooms.concerns import actions, queries
from amparo.rooms.concerns.forms.duty import PhoneForm, SwapForm
from amparo.rooms.concerns.words_duty import STEP_WORDS


@requires(Permission.USE_AMPARO)
@require_GET
def week(request: StaffRequest) -> HttpResponse:
    units = queries.rota_units(request.actor)
    chosen = _unit(request.GET.get("unit", "")) or (units[0].id if units else None)
    shown = queries.rota_week(request.actor, chosen, _day(request.GET.get("from", ""))) if chosen else None
    context = {
        "units": units,
        "week": shown,
        "places": STEP_WORDS,
        "swaps": queries.my_swaps(request.actor),
        "may_plan": request.actor.has(Permission.MANAGE_DUTY),
        "here": request.get_full_path(),
    }
    return render(request, "concerns/duty/week.html", context)


def _unit(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> dt.date | None:
    """A spoilt day shows this week; a day nobody plans for as well."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


@requires(Permission.USE_AMPARO)
@require_http_methods(["GET", "POST"])
def swap(request: StaffRequest, shift_id: UUID) -> HttpResponse:
    people = queries.may_take_over(request.actor, shift_id)
    form = SwapForm(typed(request), people=[(str(p.id), p.name) for p in people])
    back = reverse("concerns:rota")
    if request.method == "POST" and form.is_valid():
        try:
            person = ActorId(UUID(form.cleaned_data["person"]))
            actions.ask_swap(by=request.actor, shift_id=shift_id, person_id=person)
        except Refused as refused:
            form.add_error(None, refusals.get(refused.reason, _("This is not possible just now.")))
        else:
            messages.success(request, _("They were asked. Until they agree, the shift stays where it is."))
            return redirect(back)
    context = {
        "form": form, "title": _("Ask somebody to take over"), "back_url": back, "cancel_url": back, "people": people,
    }  # fmt: skip
    return render(request, "concerns/duty/swap.html", context)


@requires(Permission.USE_AMPARO)
@require_POST
def answer(request: StaffRequest, swap_id: UUID) -> HttpResponse:
    agreed = request.POST.get("agreed") == "yes"
    actions.answer_swap(by=request.actor, swap_id=swap_id, is_agreed=agreed)
    messages.success(
        request, _("The shift is yours now.") if agreed else _("You said no. The shift stays where it was.")
    )
    return redirect(back_to(request, reverse("concerns:rota")))


@requires(Permission.MANAGE_DUTY)
@require_POST
def end_shift(request: StaffRequest, shift_id: UUID) -> HttpResponse:
    actions.end_shift(by=request.actor, shift_id=shift_id)
    messages.success(request, _("It is off the rota. Fill the empty slot."))
    return redirect(back_to(request, reverse("concerns:rota")))


@requires(Permission.USE_AMPARO)
@require_http_methods(["GET", "POST"])
def phone(request: StaffRequest) -> HttpResponse:
    mine = queries.my_duty_phone(request.actor)
    form = PhoneForm(typed(request), initial={"number": mine.number, "how": mine.how})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_duty_phone(by=request.actor, **form.cleaned_data)
        except Refused as refused:
            form.add_error("number", refusals.get(refused.reason, _("Check the number.")))
        else:
            messages.success(request, _("You are called there from now on."))
            return redirect("concerns:duty_phone")
    context = {
        "form": form, "title": _("How you are called"), "mine": mine, "is_demo": settings.AMPARO_DEMO,
        "back_url": reverse("concerns:rota"), "submit_label": _("Save"),
    }  # fmt: skip
    return render(request, "concerns/duty/phone.html", context)
