"""What people type, parsed and checked. Nothing here saves anything."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import (
    ActForm,
    DateField,
    EditForm,
    EnteredDate,
    PlainForm,
    PlainParagraphs,
    PlainText,
)
from amparo.foundation.ids import ActorId

from .actions.tasks import TaskOrder
from .due import Limit, due_at
from .pictures import MAX_BYTES, MESSAGES, PictureRefused, SafePicture, reencode
from .policy import MIN_REASON
from .rules.calendars import EVERY_DAY
from .rules.clocks import Unit
from .words import PAUSE_REASONS, TASK_TITLES

Owners = tuple[tuple[ActorId, str], ...]
NOTE_HINT = _("Write what you saw, heard and did. Names and addresses have places of their own.")


class NoteForm(ActForm):
    text = PlainParagraphs(label=_("Note"), help_text=NOTE_HINT, rows=8)
    text.widget.attrs.update({"dir": "auto", "autocomplete": "off"})
    required_messages = {"text": _("Write something first.")}


class NoteChangeForm(NoteForm, EditForm):
    """The same with the version that was read."""


class TaskForm(ActForm):
    title = forms.ChoiceField(label=_("What is to be done"), choices=[("", "–"), *TASK_TITLES.items()])
    detail = PlainParagraphs(label=_("Detail"), required=False, max_length=2_000, rows=4)
    due_on = DateField(label=_("Done by"), required=False, allow_future=True, exact=True)
    is_urgent = forms.BooleanField(label=_("This cannot wait"), required=False)
    detail.widget.attrs.update({"dir": "auto", "autocomplete": "off"})
    required_messages = {"title": _("Choose what is to be done.")}

    def __init__(self, *args: Any, owners: Owners, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        self.fields["owner"] = owner_field(owners)
        self.order_fields(["title", "detail", "owner", "due_on", "is_urgent"])

    def order(self) -> TaskOrder:
        answers = self.cleaned_data
        return TaskOrder(
            title=answers["title"], detail=answers["detail"], owner=_actor(answers["owner"]),
            due_at=_end_of(answers["due_on"], self.zone), is_urgent=answers["is_urgent"],
        )  # fmt: skip


class HandForm(EditForm):
    def __init__(self, *args: Any, owners: Owners, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = owner_field(owners)

    def owner(self) -> ActorId | None:
        return _actor(self.cleaned_data["owner"])


def owner_field(owners: Owners) -> forms.ChoiceField:
    choices = [("", _("The team")), *((str(actor), name) for actor, name in owners)]
    return forms.ChoiceField(
        label=_("Who does it"), choices=choices, required=False,
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )  # fmt: skip


def _actor(text: str) -> ActorId | None:
    return ActorId(UUID(text)) if text else None


def _end_of(day: EnteredDate | None, zone: ZoneInfo) -> dt.datetime | None:
    """A day is over with its last hour, where the agency is."""
    if day is None:
        return None
    before = dt.datetime.combine(day.value - dt.timedelta(days=1), dt.time(12), zone)
    return due_at(before, Limit(1, Unit.DAYS), EVERY_DAY, zone)


class PauseForm(PlainForm):
    reason = forms.ChoiceField(
        label=_("Why it stands still"), choices=list(PAUSE_REASONS.items()), widget=forms.RadioSelect
    )


class ReasonForm(PlainForm):
    because = PlainParagraphs(
        label=_("Why you need it"), min_length=MIN_REASON, max_length=500, rows=3,
        help_text=_("Your reason stands in the log beside your name. Do not write names in it."),
        error_messages={
            "required": _("Write why you need the original."),
            "min_length": _("Write your reason in a few words."),
        },
    )  # fmt: skip


class AttachmentForm(ActForm):
    title = PlainText(label=_("What it shows"), max_length=120)
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 10 MB. For a document, take a photo of each page."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        error_messages={"required": _("Choose a picture."), "empty": MESSAGES["empty"]},
    )
    title.widget.attrs.update({"dir": "auto", "autocomplete": "off"})
    required_messages = {"title": _("Write in a few words what the picture shows.")}

    original: bytes
    view: SafePicture

    def __init__(self, *args: Any, sent_bytes: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sent_bytes > MAX_BYTES:  # the server took no such file into its memory, so the form sees none
            self.fields["picture"].error_messages["required"] = MESSAGES["too_large"]

    def clean_picture(self) -> object:
        """Re-encoded here, before and outside any transaction; what cannot be shown safely is refused
        here.
        """
        upload = self.cleaned_data["picture"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(MESSAGES["too_large"], code="too_large")
        self.original = upload.read()
        try:
            self.view = reencode(self.original)
        except PictureRefused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from None
        return upload
