"""Every write at the desk, by the verbs people use."""

from .attachments import add_attachment, open_original
from .drafts import discard_draft, forget_draft, save_draft
from .limits import fact_happened, pause_limit, resume_limit
from .nightly import erase_due, tell_ahead, tell_limits
from .notes import add_note, edit_note
from .notices import mark_all_read, mark_read, send_notice, tell, tell_roles
from .revisions import keep_revision
from .tasks import TaskOrder, add_task, finish_task, hand_task, reopen_task

__all__ = [
    "TaskOrder",
    "add_attachment",
    "add_note",
    "add_task",
    "discard_draft",
    "edit_note",
    "erase_due",
    "fact_happened",
    "finish_task",
    "forget_draft",
    "hand_task",
    "keep_revision",
    "mark_all_read",
    "mark_read",
    "open_original",
    "pause_limit",
    "reopen_task",
    "resume_limit",
    "save_draft",
    "send_notice",
    "tell",
    "tell_ahead",
    "tell_limits",
    "tell_roles",
]
