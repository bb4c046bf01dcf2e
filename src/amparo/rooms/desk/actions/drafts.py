"""Drafts: kept sealed for one person, one for each form and child."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping

from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, in_action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import seal_for
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import DraftId
from amparo.rooms.desk.models import Draft
from amparo.rooms.desk.rules.retention import retention_rules

MAX_BYTES = 64 * 1024
_FORM = re.compile(r"[a-z_]{1,40}")


@action(policy.OWN_DESK)
def save_draft(*, by: Actor, form: str, subject_id: SubjectId | None, answers: Mapping[str, str]) -> DraftId:
    """Keep what was typed so far. The last save wins; a draft is one person's, so nobody else's words can
    be lost.
    """
    body = json.dumps(dict(answers), ensure_ascii=False)
    if not _FORM.fullmatch(form) or len(body.encode()) > MAX_BYTES:
        raise Refused("draft_too_large")
    if subject_id is not None:
        policy.need(subject_id, "register", "read")
    with connection.cursor() as cursor:  # two devices saving at once take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [str(by.id)])
    draft = Draft.objects.in_action().filter(person_id=by.id, form=form, subject_id=subject_id).first()
    is_new = draft is None
    if draft is None:
        draft = Draft(person_id=by.id, form=form, subject_id=subject_id, begun_at=now(), version=0)
    draft.body = seal_for(by.id, "draft", draft.id, "body", body)
    draft.version += 1
    draft.saved_at = now()
    draft.expires_at = draft.saved_at + dt.timedelta(days=retention_rules()["DRAFT"].days)
    draft.save(force_insert=is_new, force_update=not is_new)
    log("DRAFT_SAVED", subject=subject_id, record=draft.id)
    return DraftId(draft.id)


@action(policy.OWN_DESK)
def discard_draft(*, by: Actor, draft_id: DraftId) -> DraftId:
    draft = Draft.objects.in_action().filter(id=draft_id, person_id=by.id).first()
    if draft is None:
        raise NotThere
    draft.delete()
    log("DRAFT_DISCARDED", subject=draft.subject_id, record=draft_id)
    return draft_id


def forget_draft(*, by: Actor, form: str, subject_id: SubjectId | None) -> None:
    """Inside the action that the draft was for: what is sent is no draft any more."""
    in_action()
    Draft.objects.in_action().filter(person_id=by.id, form=form, subject_id=subject_id).delete()
