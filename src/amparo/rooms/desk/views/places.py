"""Where the pages of the desk lead back to."""

from __future__ import annotations

from django.urls import reverse

from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest, back_to, typed

__all__ = ["StaffRequest", "back_to", "file_url", "typed"]


def file_url(subject_id: SubjectId) -> str:
    return reverse("access:subject", args=[subject_id])
