"""Every read at the desk. A query whose name ends in `opened` asks the keeper too, after its transaction."""

from amparo.foundation.paging import Page

from .attachments import AttachmentRow, attachment_opened, attachments_for, picture_opened
from .drafts import DraftRow, draft_opened, drafts_of
from .limits import LimitRow, limits_for, next_limits, overdue_limits
from .notes import NoteRow, note_opened, note_row, notes_about, notes_opened, versions_opened
from .notices import NoticeRow, count_new_notices, notices_of
from .subjects import SubjectRow, subject_for
from .tasks import TaskRow, owners_for, task_opened, tasks_for, tasks_of

__all__ = [
    "AttachmentRow",
    "DraftRow",
    "LimitRow",
    "NoteRow",
    "NoticeRow",
    "Page",
    "SubjectRow",
    "TaskRow",
    "attachment_opened",
    "attachments_for",
    "count_new_notices",
    "draft_opened",
    "drafts_of",
    "limits_for",
    "next_limits",
    "note_opened",
    "note_row",
    "notes_about",
    "notes_opened",
    "notices_of",
    "overdue_limits",
    "owners_for",
    "picture_opened",
    "subject_for",
    "task_opened",
    "tasks_for",
    "tasks_of",
    "versions_opened",
]
