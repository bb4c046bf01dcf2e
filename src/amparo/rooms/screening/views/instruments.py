"""Instruments and their evidence: pages about a form, never about a child."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.errors import NotThere
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access.policy import spec
from amparo.rooms.screening import actions, policy, queries, words
from amparo.rooms.screening.figures import figures_of
from amparo.rooms.screening.forms import TextForm


@requires(policy.LOOK)
@require_GET
def instruments(request: StaffRequest) -> HttpResponse:
    rows = [
        {
            "id": row.instrument.id,
            "name": words.text(row.instrument.names),
            "about": words.text(row.instrument.about),
            "kind": words.KINDS[row.instrument.kind],
            "is_on": row.is_on,
        }
        for row in queries.instruments_for(request.actor)
    ]
    return render(request, "screening/instruments.html", {"rows": rows})


@requires(policy.LOOK)
@require_GET
def instrument(request: StaffRequest, instrument: str) -> HttpResponse:
    row = queries.instrument_for(request.actor, instrument)
    it = row.instrument
    studies = [
        {"study": study, "population": words.text(study.population), "figures": figures_of(study)}
        for study in it.studies
    ]
    context = {
        "row": row,
        "it": it,
        "name": words.text(it.names),
        "about": words.text(it.about),
        "settings": words.text(it.settings),
        "kind": words.KINDS[it.kind],
        "roles": [spec(role).label for role in sorted(it.roles)],
        "studies": studies if row.shows_figures else [],
        "hides_figures": bool(it.studies) and not row.shows_figures,
        "wordings": queries.wordings_of(request.actor, it.id) if it.is_licensed else (),
        "may_manage": it.is_licensed and request.actor.has(policy.MANAGE),
        "sheets": sorted(it.languages),
        "hundred": range(100),
        "back_url": reverse("screening:instruments"),
    }
    return render(request, "screening/instrument.html", context)


@requires(policy.SCREEN)
@require_GET
def blank(request: StaffRequest, instrument: str, language: str) -> HttpResponse:
    """A blank form on A4, in any of its languages, whatever the language of the page before it."""
    it, number = queries.blank_printed(request.actor, instrument, language)
    if language not in it.languages:
        raise Http404
    with translation.override(language):
        context: dict[str, Any] = {
            "it": it,
            "number": number,
            "name": words.text(it.names),
            "about": words.text(it.about),
            "groups": [
                {"name": words.text(g.names), "items": [
                    {"text": words.text(i.text), "is_after": i.ask_if is not None} for i in g.items
                ]} for g in it.groups
            ],
            "answers": list(words.answers_of(it.kind).values()),
            "is_unreviewed": it.languages[language] == "unreviewed",
        }  # fmt: skip
        return render(request, "screening/blank.html", context)


@requires(policy.MANAGE)
@require_http_methods(["GET", "POST"])
def enter_text(request: StaffRequest, licensed: str) -> HttpResponse:
    it = queries.instrument_for(request.actor, licensed).instrument
    if not it.is_licensed:
        raise NotThere
    form = TextForm(typed(request), instrument=it)
    if request.method == "POST" and form.is_valid():
        a = form.cleaned_data
        actions.switch_on(
            by=request.actor, instrument=it.id, language=a["language"], texts=form.texts(),
            is_reworded=a["is_reworded"], licence=a["licence"], key=a["key"],
        )  # fmt: skip
        messages.success(request, _("It waits for a second person’s approval."))
        return redirect("screening:instrument", it.id)
    url = reverse("screening:instrument", args=[it.id])
    context = {
        "form": form,
        "title": _("Enter the licensed text"),
        "name": words.text(it.names),
        "back_url": url,
    }
    return render(request, "screening/enter_text.html", context)


@requires(policy.MANAGE)
@require_POST
def approve(request: StaffRequest, wording_id: UUID) -> HttpResponse:
    instrument = actions.approve(by=request.actor, wording_id=wording_id)
    messages.success(request, _("The screen is switched on."))
    return redirect("screening:instrument", instrument)


@requires(policy.MANAGE)
@require_POST
def switch_off(request: StaffRequest, wording_id: UUID) -> HttpResponse:
    instrument = actions.switch_off(by=request.actor, wording_id=wording_id)
    messages.success(request, _("The screen is switched off. What was noted with it stays readable."))
    return redirect("screening:instrument", instrument)
