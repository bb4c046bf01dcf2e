"""Where the pages of the desk lead back to."""

from __future__ import annotations

from django.urls import reverse

from amparo.foundation.errors import Refused
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest, back_to, typed
from amparo.rooms.desk.queries import SubjectRow

__all__ = ["StaffRequest", "back_to", "file_url", "need_write", "typed"]


def file_url(subject_id: SubjectId) -> str:
    return reverse("access:subject", args=[subject_id])


def need_write(subject: SubjectRow) -> None:
    """Whoever may only read hears it before they type, not after."""
    if not subject.may_write:
        raise Refused("read_only")
