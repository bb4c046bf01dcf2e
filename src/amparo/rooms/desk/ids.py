"""Ids of the desk's rows, told apart by the type checker."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

NoteId = NewType("NoteId", UUID)
TaskId = NewType("TaskId", UUID)
ClockId = NewType("ClockId", UUID)
NoticeId = NewType("NoticeId", UUID)
DraftId = NewType("DraftId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
