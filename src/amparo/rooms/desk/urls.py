"""Addresses of the desk. Ids are random and addresses hold nothing else."""

from __future__ import annotations

from django.urls import path

from .views import attachments, drafts, limits, notes, notices, tasks

app_name = "desk"
urlpatterns = [
    path("files/<uuid:subject_id>/notes/", notes.notes, name="notes"),
    path("files/<uuid:subject_id>/notes/add/", notes.add_note, name="add_note"),
    path("notes/<uuid:note_id>/change/", notes.edit_note, name="edit_note"),
    path("notes/<uuid:note_id>/versions/", notes.note_versions, name="note_versions"),
    path("tasks/", tasks.my_tasks, name="my_tasks"),
    path("files/<uuid:subject_id>/tasks/", tasks.tasks, name="tasks"),
    path("files/<uuid:subject_id>/tasks/add/", tasks.add_task, name="add_task"),
    path("tasks/<uuid:task_id>/", tasks.task, name="task"),
    path("tasks/<uuid:task_id>/done/", tasks.finish_task, name="finish_task"),
    path("tasks/<uuid:task_id>/undo/", tasks.reopen_task, name="reopen_task"),
    path("tasks/<uuid:task_id>/hand/", tasks.hand_task, name="hand_task"),
    path("limits/", limits.overdue_limits, name="limits"),
    path("limits/<uuid:clock_id>/pause/", limits.pause_limit, name="pause_limit"),
    path("limits/<uuid:clock_id>/resume/", limits.resume_limit, name="resume_limit"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.mark_all_read, name="mark_all_read"),
    path("notices/<uuid:notice_id>/read/", notices.mark_read, name="mark_read"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<uuid:draft_id>/discard/", drafts.discard_draft, name="discard_draft"),
    path("drafts/<slug:form>/save/", drafts.save_draft, name="save_draft"),
    path("drafts/<slug:form>/<uuid:subject_id>/save/", drafts.save_draft, name="save_draft"),
    path("files/<uuid:subject_id>/attachments/", attachments.attachments, name="attachments"),
    path("files/<uuid:subject_id>/attachments/add/", attachments.add_attachment, name="add_attachment"),
    path("attachments/<uuid:attachment_id>/", attachments.attachment, name="attachment"),
    path("attachments/<uuid:attachment_id>/picture/", attachments.picture, name="picture"),
    path("attachments/<uuid:attachment_id>/original/", attachments.original, name="original"),
]
