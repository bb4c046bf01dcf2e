"""The case sheet of one child, and the pages that change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.clock import now
from amparo.foundation.doors import requires
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest, typed
from amparo.foundation.texts import language_name
from amparo.rooms.cases import actions, policy, queries, words
from amparo.rooms.cases.forms import (
    GuardianForm,
    InterimForm,
    LanguagesForm,
    NightForm,
    RiskForm,
    SeenForm,
    language_answers,
)
from amparo.rooms.cases.opening import Languages

from .asking import ask, child, file_url, sheet_url, yes_or_no


@requires(policy.READ)
@require_GET
def sheet(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    found = queries.case_for(request.actor, SubjectId(subject_id))
    opened = queries.sheet_opened(request.actor, found.row.subject_id, found)
    links = queries.links_of(request.actor, found.row.subject_id)
    context = {
        "sheet": found, "case": found.row, "opened": opened, "subject_id": found.row.subject_id,
        "risks": list(zip(found.risks, opened.reasons, strict=True)),
        "guardians": [(g, words.GUARDIAN[g.state], t) for g, t in zip(found.guardians, opened.guardians, strict=True)],
        "language": language_name(found.row.language), "gender": words.GENDERS[found.row.gender],
        "understands": [language_name(tag) for tag in found.languages.understands],
        "guardian_words": words.GUARDIAN[found.row.guardian], "lowest_age": found.row.age.lowest(now().date()),
        "eighteen_on": found.row.age.latest_eighteen(), "links": links,
        "apart_reasons": queries.reasons_opened(request.actor, links),
        "back_url": file_url(found.row.subject_id),
    }  # fmt: skip
    return render(request, "cases/sheet.html", context)


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def risk(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = child(request, subject_id)
    row, _languages = queries.case_version(request.actor, file.id)

    def act(a: dict[str, Any]) -> str:
        actions.change_risk(
            by=request.actor, subject_id=file.id, level=a["level"], reasons=a["reasons"], version=a["version"],
            key=a["key"],
        )  # fmt: skip
        return file_url(file.id)

    form = RiskForm(typed(request), initial={"level": row.risk, "version": row.version})
    said = _("The risk is recorded, with its reasons.")
    return ask(request, form, _("How great is the danger?"), act, back_url=file_url(file.id), said=said)


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def night(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = child(request, subject_id)
    row, _languages = queries.case_version(request.actor, file.id)

    def act(a: dict[str, Any]) -> str:
        actions.record_night(
            by=request.actor, subject_id=file.id, night=form.tonight(), version=a["version"], key=a["key"]
        )
        return file_url(file.id)

    form = NightForm(typed(request), initial={"version": row.version})
    said = _("It is recorded where the child sleeps.")
    return ask(
        request, form, _("Where does the child sleep tonight?"), act, back_url=file_url(file.id), said=said
    )


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def seen(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = child(request, subject_id)

    def act(a: dict[str, Any]) -> str:
        actions.child_seen(by=request.actor, subject_id=file.id, at=form.moment(), key=a["key"])
        return file_url(file.id)

    form = SeenForm(typed(request), zone=request.actor.time_zone)
    said = _("It is recorded that the child was seen.")
    return ask(request, form, _("The child was seen"), act, back_url=file_url(file.id), said=said)


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def languages(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = child(request, subject_id)
    row, known = queries.case_version(request.actor, file.id)

    def act(a: dict[str, Any]) -> str:
        actions.record_languages(
            by=request.actor, subject_id=file.id, language=form.language_tag(), others=form.languages(),
            version=a["version"], key=a["key"],
        )  # fmt: skip
        return sheet_url(file.id)

    form = LanguagesForm(typed(request), initial={"version": row.version} | _known(row.language, known))
    return ask(
        request, form, _("Languages"), act, back_url=sheet_url(file.id), said=_("The languages are recorded.")
    )


def _known(tag: str, known: Languages) -> dict[str, Any]:
    return {
        **language_answers(tag),
        "understands": " ".join(known.understands), "sign_language": known.sign_language,
        "needs_interpreter": yes_or_no(known.needs_interpreter),
        "interpreter_gender": known.interpreter_gender,
    }  # fmt: skip


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def guardian(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "people")
    does: dict[str, tuple[Any, str]] = {
        "request": (actions.request_guardian, "whom"),
        "appoint": (actions.appoint_guardian, "who"),
        "cannot": (actions.cannot_appoint, "why"),
    }

    def act(a: dict[str, Any]) -> str:
        action, name = does[a["what"]]
        action(by=request.actor, subject_id=file.id, key=a["key"], **{name: a["text"]})
        return sheet_url(file.id)

    form = GuardianForm(typed(request))
    context = {"template": "cases/guardian.html", "cannot_now": words.CANNOT_NOW, "subject": file}
    said = _("It is recorded. The time limit for the guardian goes on until one is appointed.")
    return ask(request, form, _("Guardian"), act, back_url=sheet_url(file.id), said=said, **context)


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def interim(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = child(request, subject_id, "people")

    def act(a: dict[str, Any]) -> str:
        actions.name_interim_adult(by=request.actor, subject_id=file.id, adult=form.adult(), key=a["key"])
        return sheet_url(file.id)

    form = InterimForm(typed(request))
    said = _("It is recorded. The time limit for the guardian goes on.")
    return ask(request, form, _("Responsible adult"), act, back_url=sheet_url(file.id), said=said)
