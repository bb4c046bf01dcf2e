"""The duty desk: what waits, one concern, and what is sealed about it, each behind a press of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.requests import StaffRequest, typed
from amparo.foundation.sealing import keeper_is_well
from amparo.foundation.texts import language_name
from amparo.rooms.concerns import actions, policy, queries
from amparo.rooms.concerns.forms.duty import BecauseForm, QueueForm, SecondForm
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.words_duty import FACT_WORDS, PREFILLED, STEP_WORDS, outage_words
from amparo.rooms.desk.policy import READ_FILE
from amparo.rooms.desk.queries import limits_for, tasks_for


@requires(policy.ANSWER)
@require_GET
def desk(request: StaffRequest) -> HttpResponse:
    form = QueueForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    filters = queries.QueueFilters(
        asked.get("state", ""), asked.get("urgency", ""), asked.get("channel", ""), bool(asked.get("mine"))
    )
    context = {
        "form": form,
        "page": queries.duty_queue(request.actor, filters, request.GET.get("after", "")),
        "is_filtered": any(asked.values()),
        "outages": outages(request),
        "holes": queries.rota_holes(request.actor)[:5],
        "swaps": [swap for swap in queries.my_swaps(request.actor) if swap.is_asked_of_me],
        "phone": queries.my_duty_phone(request.actor),
    }
    return render(request, "concerns/duty/desk.html", context)


def outages(request: StaffRequest) -> list[str]:
    """In words, what does not work just now: the calling, the gateway, the opening of words."""
    found = [outage_words(one.what, one.since) for one in queries.calling_outages(request.actor)]
    return found if keeper_is_well() else [*found, outage_words("keeper", None)]


@requires(policy.ANSWER)
@require_GET
def concern(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    view = queries.concern_for(request.actor, ConcernId(concern_id))
    context = {
        "concern": view,
        "facts": [
            (FACT_WORDS[name], language_name(answer) if name == "language" and answer else answer)
            for name, answer in view.facts
        ],
        "calls": [(call, STEP_WORDS.get(call.step, call.step)) for call in view.calls],
        "similar": queries.similar_to(request.actor, view.row.id),
        "group": queries.met_together(request.actor, view.row.id),
        "limits": limits_for(request.actor, view.row.subject_id),
        "tasks": tasks_for(request.actor, view.row.subject_id),
        "outages": outages(request),
        "back_url": reverse("concerns:duty"),
    }
    return render(request, "concerns/duty/concern.html", context)


@requires(READ_FILE)
@require_http_methods(["GET", "POST"])
def words(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    return _shown(request, concern_id, _("Show the words"), "words", actions.show_words)


@requires(policy.ANSWER)
@require_http_methods(["GET", "POST"])
def reporter(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    return _shown(request, concern_id, _("Show who told"), "reporter", actions.show_reporter)


def _shown(
    request: StaffRequest, concern_id: UUID, title: str, what: str, show: Callable[..., Any]
) -> HttpResponse:
    """By POST, with a reason that is written down already and may be changed."""
    row, file = queries.concern_row(request.actor, ConcernId(concern_id))
    is_desk = request.actor.has(policy.ANSWER) or file is None
    form = BecauseForm(typed(request), initial={"because": PREFILLED[what if is_desk else "file"]})
    back = (
        reverse("concerns:concern", args=[concern_id]) if is_desk else reverse("access:subject", args=[file])
    )
    context: dict[str, Any] = {
        "concern": {"row": row}, "form": form, "title": title, "what": what, "back_url": back, "cancel_url": back,
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        context["told"] = show(by=request.actor, concern_id=row.id, because=form.cleaned_data["because"])
        return render(request, "concerns/duty/shown.html", context)
    return render(request, "concerns/duty/because.html", context)


@requires(policy.ANSWER)
@require_http_methods(["GET", "POST"])
def decision(request: StaffRequest, decision_id: UUID) -> HttpResponse:
    """The second reader opens the reason, then answers. Whoever decided sees that it waits, and no buttons."""
    concern_id, row = queries.decision_to_read(request.actor, decision_id)
    back = reverse("concerns:concern", args=[concern_id])
    second, because = SecondForm(None), BecauseForm(None, initial={"because": PREFILLED["reason"]})
    context: dict[str, Any] = {"decision": row, "form": second, "because": because, "back_url": back}
    if request.method == "POST" and "because" in request.POST:
        context["because"] = because = BecauseForm(request.POST)
        if because.is_valid():
            reason = because.cleaned_data["because"]
            context["told"] = actions.show_reason(by=request.actor, decision_id=decision_id, because=reason)
    elif request.method == "POST":
        context["form"] = second = SecondForm(request.POST)
        if second.is_valid():
            agrees = second.cleaned_data["agrees"] == "yes"
            actions.second_read(by=request.actor, decision_id=decision_id, is_agreed=agrees)
            messages.success(request, _("It is closed.") if agrees else _("It stays open."))
            return redirect(back)
    return render(request, "concerns/duty/decision.html", context)
