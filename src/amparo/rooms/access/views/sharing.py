"""Access to one file: who has it, giving and ending it, consent, blocks, restriction, handing over."""

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
from amparo.foundation.ids import ActorId, SubjectId
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access import actions, queries
from amparo.rooms.access.forms import BlockForm, ConfirmForm, ConsentForm, GiveAccessForm, HandOverForm, Until
from amparo.rooms.access.policy import Permission

from .asking import ask


def _back(subject_id: UUID) -> str:
    return reverse("access:sharing", args=[subject_id])


@requires(Permission.READ_REGISTER)
@require_GET
def sharing(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))
    may = request.actor.has
    context: dict[str, Any] = {
        "file": file,
        "access": queries.who_has_access(request.actor, file.id),
        "may_share": may(Permission.GIVE_ACCESS),
        "may_reassign": may(Permission.REASSIGN),
        "may_restrict": may(Permission.RESTRICT_CASE),
        "may_consent": may(Permission.RECORD_CONSENT),
        "may_block": may(Permission.BLOCK_AGENCY),
        "may_declare": may(Permission.READ_FILE),
    }
    context["consents"] = queries.consents_of(request.actor, file.id) if may(Permission.READ_FILE) else ()
    context["blocks"] = queries.blocks_on(request.actor, file.id) if context["may_block"] else ()
    return render(request, "access/sharing.html", context)


@requires(Permission.GIVE_ACCESS, strong=True)
@require_http_methods(["GET", "POST"])
def give(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))
    form = GiveAccessForm(typed(request))
    form.fields["to"].offer(queries.colleagues(request.actor))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.give_access(
            by=request.actor,
            subject_id=file.id,
            to=ActorId(UUID(a["to"])),
            sections=a["sections"],
            mode=a["mode"],
            cause=a["cause"],
            purpose=a["purpose"],
            until=Until.end(a["days"]),
            key=a["key"],
        )
        return _back(file.id)

    return ask(
        request, form, _("Give access"), act, said=_("Access was given."), back_url=_back(file.id), file=file
    )


@requires(Permission.USE_AMPARO)
@require_POST
def end(request: StaffRequest, grant_id: UUID) -> HttpResponse:
    subject = actions.end_access(by=request.actor, grant_id=grant_id)
    messages.success(request, _("The access ended."))
    return redirect("access:sharing", subject)


@requires(Permission.RECORD_CONSENT, strong=True)
@require_http_methods(["GET", "POST"])
def consent(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))
    form = ConsentForm(typed(request))
    form.fields["to"].offer(queries.colleagues(request.actor))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.record_consent(
            by=request.actor,
            subject_id=file.id,
            to=ActorId(UUID(a["to"])),
            sections=a["sections"],
            purpose=a["purpose"],
            given_by=a["given_by"],
            state=a["state"],
            basis=a["basis"],
            until=Until.end(a["days"]),
            key=a["key"],
        )
        return _back(file.id)

    return ask(request, form, _("Record consent"), act, said=_("It is recorded."), back_url=_back(file.id))


@requires(Permission.RECORD_CONSENT)
@require_POST
def withdraw(request: StaffRequest, consent_id: UUID) -> HttpResponse:
    subject = actions.withdraw_consent(by=request.actor, consent_id=consent_id)
    messages.success(request, _("The consent was withdrawn, and the access that rested on it ended."))
    return redirect("access:sharing", subject)


@requires(Permission.BLOCK_AGENCY)
@require_http_methods(["GET", "POST"])
def block(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))
    form = BlockForm(typed(request))
    form.fields["agency"].offer(queries.agencies(request.actor))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.block_agency(by=request.actor, subject_id=file.id, agency_id=UUID(a["agency"]), key=a["key"])
        return _back(file.id)

    return ask(
        request,
        form,
        _("Keep an agency away"),
        act,
        said=_("That agency cannot see this file."),
        back_url=_back(file.id),
    )


@requires(Permission.BLOCK_AGENCY)
@require_POST
def unblock(request: StaffRequest, block_id: UUID) -> HttpResponse:
    return redirect("access:sharing", actions.end_block(by=request.actor, block_id=block_id))


@requires(Permission.RESTRICT_CASE, strong=True)
@require_http_methods(["GET", "POST"])
def restrict(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))

    def act(_answers: dict[str, Any]) -> str:
        actions.restrict(by=request.actor, subject_id=file.id, restricted=not file.is_restricted)
        return _back(file.id)

    title = (
        _("End the restriction") if file.is_restricted else _("Restrict the file to readers listed by name")
    )
    return ask(
        request, ConfirmForm(typed(request)), title, act, said=_("It is done."), back_url=_back(file.id)
    )


@requires(Permission.REASSIGN)
@require_http_methods(["GET", "POST"])
def hand_over(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))
    form = HandOverForm(typed(request))
    form.fields["to"].offer(queries.colleagues(request.actor, own_agency=True))  # type: ignore[attr-defined]
    form.fields["unit"].offer(queries.units_of_agency(request.actor))  # type: ignore[attr-defined]

    def act(a: dict[str, Any]) -> str:
        actions.hand_over(
            by=request.actor, subject_id=file.id, to=ActorId(UUID(a["to"])), unit_id=UUID(a["unit"])
        )
        return reverse("access:files")

    return ask(
        request,
        form,
        _("Hand the file over"),
        act,
        said=_("The file was handed over."),
        back_url=_back(file.id),
    )


@requires(Permission.READ_FILE)
@require_http_methods(["GET", "POST"])
def conflict(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))

    def act(_answers: dict[str, Any]) -> str:
        actions.declare_conflict(by=request.actor, subject_id=file.id)
        return reverse("access:files")

    said = _("Your access ended. A supervisor was told and finds somebody else.")
    return ask(
        request, ConfirmForm(typed(request)), _("I know this family"), act, said=said, back_url=_back(file.id)
    )
