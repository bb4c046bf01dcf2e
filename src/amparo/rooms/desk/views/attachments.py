"""Documents of a child: list, add, look at the safe view, and the original for those who must."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.ids import SubjectId
from amparo.rooms.desk import actions, policy, queries
from amparo.rooms.desk.forms import AttachmentForm, ReasonForm
from amparo.rooms.desk.ids import AttachmentId
from amparo.rooms.desk.queries.attachments import titles_opened

from .places import StaffRequest, file_url, need_write, typed


@requires(policy.READ_FILE)
@require_GET
def attachments(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    subject = queries.subject_for(request.actor, SubjectId(subject_id), "attachment")
    rows = titles_opened(request.actor, queries.attachments_for(request.actor, subject.id))
    context = {"subject": subject, "attachments": rows, "back_url": file_url(subject.id)}
    return render(request, "desk/attachments.html", context)


@requires(policy.WRITE_FILE)
@require_http_methods(["GET", "POST"])
def add_attachment(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    subject = queries.subject_for(request.actor, SubjectId(subject_id), "attachment")
    need_write(subject)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    form = AttachmentForm(typed(request), request.FILES or None, sent_bytes=size)
    if request.method == "POST" and form.is_valid():
        added = actions.add_attachment(
            by=request.actor, subject_id=subject.id, title=form.cleaned_data["title"],
            original=form.original, view=form.view, key=form.cleaned_data["key"],
        )  # fmt: skip
        messages.success(request, _("The picture was added. This is how others see it."))
        return redirect("desk:attachment", added)
    url = reverse("desk:attachments", args=[subject.id])
    context = {
        "form": form,
        "title": _("Add a picture"),
        "subject": subject,
        "back_url": url,
        "cancel_url": url,
    }
    return render(request, "desk/attachment_form.html", context)


@requires(policy.READ_FILE)
@require_GET
def attachment(request: StaffRequest, attachment_id: UUID) -> HttpResponse:
    row = queries.attachment_opened(request.actor, AttachmentId(attachment_id))
    subject = queries.subject_for(request.actor, row.subject_id, "attachment")
    may_open = request.actor.has(policy.OPEN_ORIGINAL)
    back_url = reverse("desk:attachments", args=[subject.id])
    context = {"attachment": row, "subject": subject, "may_open_original": may_open, "back_url": back_url}
    return render(request, "desk/attachment.html", context)


@requires(policy.READ_FILE)
@require_GET
def picture(request: StaffRequest, attachment_id: UUID) -> HttpResponse:
    """Pixels only, as one of two kinds, kept nowhere."""
    kind, data = queries.picture_opened(request.actor, AttachmentId(attachment_id))
    return _sent(data, kind, "inline")


@requires(policy.OPEN_ORIGINAL, strong=True)
@require_http_methods(["GET", "POST"])
def original(request: StaffRequest, attachment_id: UUID) -> HttpResponse:
    form = ReasonForm(typed(request))
    if request.method == "POST" and form.is_valid():
        data = actions.open_original(
            by=request.actor, attachment_id=AttachmentId(attachment_id), because=form.cleaned_data["because"]
        )  # fmt: skip
        return _sent(data, "application/octet-stream", 'attachment; filename="original"')
    url = reverse("desk:attachment", args=[attachment_id])
    context = {"form": form, "title": _("Open the original file"), "back_url": url, "cancel_url": url}
    return render(request, "desk/original_form.html", context)


def _sent(data: bytes, kind: str, disposition: str) -> HttpResponse:
    """`sandbox`: opened in a tab of its own, not even a mistaken browser runs anything in it."""
    headers = {
        "Content-Disposition": disposition,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return HttpResponse(data, content_type=kind, headers=headers)
