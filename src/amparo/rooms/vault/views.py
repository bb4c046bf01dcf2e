"""Find a child, record and show who and where the child is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.errors import Conflict, NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access.queries import file_for

from . import actions, policy, queries
from .forms import ContactForm, IdentityForm, PlaceForm, ReasonForm
from .searching import FindForm


@requires(policy.SEARCH)
@require_http_methods(["GET", "POST"])
def find(request: StaffRequest) -> HttpResponse:
    """By POST, so that no name ever stands in an address or in a browser's history."""
    form = FindForm(typed(request))
    context: dict[str, Any] = {"form": form, "asked": False}
    if request.method == "POST" and form.is_valid():
        hits = (
            queries.find_by_code(request.actor, form.cleaned_data["code"])
            if form.cleaned_data["code"]
            else ()
        )
        terms = form.terms()
        context |= {"asked": True, "hits": hits or (queries.search(request.actor, terms) if terms else ())}
    return render(request, "vault/find.html", context)


@requires(policy.SHOW_NAME, strong=True)
@require_http_methods(["GET", "POST"])
def show_name(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    return _show(request, subject_id, _("Show the name"), "vault/name.html", actions.reveal_identity)


@requires(policy.SHOW_PLACE, strong=True)
@require_http_methods(["GET", "POST"])
def show_place(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    return _show(request, subject_id, _("Show where the child is"), "vault/place.html", actions.reveal_place)


def _show(request: StaffRequest, subject_id: UUID, title: str, template: str, reveal: Any) -> HttpResponse:
    """The code stands on the page before and after, so that nobody opens the wrong child's name."""
    file = file_for(request.actor, SubjectId(subject_id))
    kept = queries.kept_for(request.actor, file.id)
    if not (kept.may_show_place if reveal is actions.reveal_place else kept.may_show):
        raise NotThere
    form = ReasonForm(typed(request))
    context = {
        "file": file,
        "form": form,
        "title": title,
        "back_url": reverse("access:subject", args=[file.id]),
    }
    if request.method == "POST" and form.is_valid():
        context["shown"] = reveal(by=request.actor, subject_id=file.id, because=form.cleaned_data["because"])
        answer = render(request, template, context)
        answer.headers["Cache-Control"] = "no-store"  # whatever stands before this view
        return answer
    return render(request, "vault/reason.html", context)


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def record_name(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    def act(file: Any, form: Any) -> None:
        a = form.cleaned_data
        actions.record_identity(
            by=request.actor, subject_id=file.id, identity=form.identity(), version=a["version"], key=a["key"]
        )

    return _record(request, subject_id, IdentityForm, _("Record the name"), act, "identity")


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def record_contacts(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    def act(file: Any, form: Any) -> None:
        a = form.cleaned_data
        actions.record_contacts(
            by=request.actor, subject_id=file.id, contacts=form.contacts(), version=a["version"], key=a["key"]
        )

    return _record(request, subject_id, ContactForm, _("Record contacts"), act, "contacts")


@requires(policy.WRITE)
@require_http_methods(["GET", "POST"])
def record_place(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    def act(file: Any, form: Any) -> None:
        a = form.cleaned_data
        version = a[form.version_name()]
        actions.record_place(
            by=request.actor, subject_id=file.id, place=form.place(), version=version, key=a["key"]
        )

    return _record(request, subject_id, PlaceForm, _("Record where the child is"), act, "fact")


def _record(
    request: StaffRequest, subject_id: UUID, kind: Any, title: str, act: Any, field: str
) -> HttpResponse:
    file = file_for(request.actor, SubjectId(subject_id))
    kept = queries.kept_for(request.actor, file.id)
    if not (kept.may_write_place if field == "fact" else kept.may_write):
        raise NotThere
    form = kind(typed(request), initial={"version": getattr(kept, field), "plan_version": kept.plan})
    back = reverse("access:subject", args=[file.id])
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            act(file, form)
        except Conflict as conflict:
            # what was typed stays; sending it again replaces the newer record, which is kept among the revisions
            form.data = form.data.copy()
            form.data[form.version_name()] = str(conflict.current)
            form.add_error(
                None,
                _(
                    "Somebody recorded this a moment ago. Look at it first, or send yours again to replace it."
                ),
            )
            status = 409
        else:
            messages.success(request, _("It is recorded and sealed."))
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "file": file,
        "back_url": back,
        "cancel_url": back,
        "kept": getattr(kept, field),
    }
    return render(request, "vault/record.html", context, status=status)
