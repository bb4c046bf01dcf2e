"""The list of files, one file, and its log."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.ids import SubjectId
from amparo.foundation.registries import panels
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access import actions, queries
from amparo.rooms.access.forms import FilterForm, OpenFileForm
from amparo.rooms.access.policy import Permission

from .asking import ask


@requires(Permission.READ_REGISTER)
@require_GET
def files(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = queries.files_for(request.actor, code=code, after=after, before=before)
    may_open = request.actor.has(Permission.OPEN_SUBJECT)
    return render(
        request, "access/files.html", {"list": found, "form": form, "may_open": may_open, "asked": code}
    )


@requires(Permission.OPEN_SUBJECT)
@require_http_methods(["GET", "POST"])
def open_file(request: StaffRequest) -> HttpResponse:
    def act(answers: dict[str, str]) -> str:
        subject = actions.open_subject(by=request.actor, kind=answers["kind"], key=answers["key"])
        return reverse("access:subject", args=[subject])

    form = OpenFileForm(typed(request))
    said = _("The file is open. You are this child's worker.")
    return ask(request, form, _("Open a file"), act, said=said, back_url=reverse("access:files"))


@requires(Permission.READ_REGISTER)
@require_GET
def subject(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    file = queries.file_for(request.actor, SubjectId(subject_id))
    context = {
        "file": file,
        "panels": panels.shown("subject", request.actor, subject_id=file.id),
        "access": queries.who_has_access(request.actor, file.id),
        "may_share": request.actor.has(Permission.GIVE_ACCESS),
    }
    return render(request, "access/subject.html", context)


@requires(Permission.READ_REGISTER)
@require_GET
def subject_log(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    page = queries.who_looked(request.actor, SubjectId(subject_id), request.GET.get("after", ""))
    context = {
        "page": page,
        "title": _("Who looked at this file"),
        "back_url": reverse("access:subject", args=[subject_id]),
    }
    return render(request, "access/log.html", context)
