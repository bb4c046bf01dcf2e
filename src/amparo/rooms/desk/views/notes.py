"""Notes about a child: list, add, change, earlier versions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.errors import Conflict
from amparo.foundation.ids import SubjectId
from amparo.rooms.desk import actions, policy, queries
from amparo.rooms.desk.begun import begun
from amparo.rooms.desk.forms import NoteChangeForm, NoteForm
from amparo.rooms.desk.ids import NoteId

from .places import StaffRequest, file_url, need_write, typed


@requires(policy.READ_FILE)
@require_GET
def notes(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    subject = queries.subject_for(request.actor, SubjectId(subject_id), "note")
    page = queries.notes_opened(
        request.actor, subject.id, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )  # fmt: skip
    return render(
        request, "desk/notes.html", {"subject": subject, "page": page, "back_url": file_url(subject.id)}
    )


@requires(policy.WRITE_FILE)
@require_http_methods(["GET", "POST"])
def add_note(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    subject = queries.subject_for(request.actor, SubjectId(subject_id), "note")
    need_write(subject)
    draft = begun(request, "note", subject.id)
    form = NoteForm(typed(request), initial=draft["answers"])
    if request.method == "POST" and form.is_valid():
        text, key = form.cleaned_data["text"], form.cleaned_data["key"]
        actions.add_note(by=request.actor, subject_id=subject.id, text=text, key=key)
        messages.success(request, _("Your note was added."))
        return redirect("desk:notes", subject.id)
    context = {"form": form, "title": _("Add a note"), "subject": subject}
    return render(request, "desk/note_form.html", context | draft | _places(subject.id))


@requires(policy.WRITE_FILE)
@require_http_methods(["GET", "POST"])
def edit_note(request: StaffRequest, note_id: UUID) -> HttpResponse:
    if request.method == "GET":
        note = queries.note_opened(request.actor, NoteId(note_id))
        return _change_form(
            request, note, NoteChangeForm(initial={"text": note.text, "version": note.version})
        )
    form = NoteChangeForm(request.POST)
    if not form.is_valid():
        return _change_form(request, queries.note_row(request.actor, NoteId(note_id)), form)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"]
    key = form.cleaned_data["key"]
    try:
        actions.edit_note(by=request.actor, note_id=NoteId(note_id), version=version, text=text, key=key)
    except Conflict:
        return _both(request, NoteId(note_id), text)
    messages.success(request, _("The note was changed. The earlier words are kept."))
    return redirect("desk:notes", queries.note_row(request.actor, NoteId(note_id)).subject_id)


def _both(request: StaffRequest, note_id: NoteId, yours: str) -> HttpResponse:
    """Yours and theirs side by side; the form now carries the version that stands there, to be sent again."""
    note = queries.note_opened(request.actor, note_id)
    form = NoteChangeForm(initial={"text": yours, "version": note.version})
    rows = [{"label": _("Note"), "yours": yours, "theirs": note.text}]
    more = {"conflict_rows": rows, "conflict_who": note.changed_by or note.by}
    return _change_form(request, note, form, status=409, **more)


def _change_form(
    request: StaffRequest, note: queries.NoteRow, form: NoteForm, status: int = 200, **more: object
) -> HttpResponse:
    subject = queries.subject_for(request.actor, note.subject_id, "note")
    context = {"form": form, "title": _("Change a note"), "subject": subject} | _places(subject.id) | more
    return render(request, "desk/note_form.html", context, status=status)


@requires(policy.READ_FILE)
@require_GET
def note_versions(request: StaffRequest, note_id: UUID) -> HttpResponse:
    rows = queries.versions_opened(request.actor, NoteId(note_id))
    subject = queries.subject_for(request.actor, rows[0].subject_id, "note")
    context = {"rows": rows, "subject": subject, "back_url": reverse("desk:notes", args=[subject.id])}
    return render(request, "desk/note_versions.html", context)


def _places(subject_id: SubjectId) -> dict[str, str]:
    url = reverse("desk:notes", args=[subject_id])
    return {"back_url": url, "cancel_url": url}
