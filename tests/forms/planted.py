"""A file with one of everything in it, made through the rooms' own actions, for the pages of one form."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

from PIL import Image

from amparo.foundation.actors import actor_for
from amparo.foundation.clock import now
from amparo.foundation.ids import ActorId
from tests.attacks import rooms


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "JPEG")
    return out.getvalue()


def plant(
    world: Any, wanted: frozenset[str] | None = None, but: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Ids by the names that the addresses give them; only the wanted kinds, because each takes its time."""
    for name, secret in list(world.secrets.items()):
        if actor_for(secret) is None:  # a test ended this sign-in
            del world.secrets[name]
    child = world.child()
    planted: dict[str, Any] = {"subject_id": child, "form": "note"}
    for make, names in GROUPS:
        if not names & but and (wanted is None or names & wanted):
            planted |= make(world, child)
    return planted


def _note(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.desk import actions as desk

    return {"note_id": desk.add_note(by=world.actor("ama"), subject_id=child, text="An invented note.")}


def _tasks(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.desk import actions as desk
    from amparo.rooms.desk.actions import TaskOrder

    ama = world.actor("ama")
    order = TaskOrder(title=_some_title(), detail="", owner=ama.id, due_at=None, is_urgent=False)
    task, done = (desk.add_task(by=ama, subject_id=child, order=order) for _ in range(2))
    desk.finish_task(by=ama, task_id=done)
    return {"task_id": task, "done_task_id": done}


def _attachment(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.desk import actions as desk
    from amparo.rooms.desk.pictures import reencode

    photo = picture()
    made = desk.add_attachment(
        by=world.actor("ama"), subject_id=child, title="A drawing", original=photo, view=reencode(photo)
    )
    return {"attachment_id": made}


def _draft(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.desk import actions as desk

    ama, answers = world.actor("ama"), {"text": "not ready"}
    return {"draft_id": desk.save_draft(by=ama, form="note", subject_id=child, answers=answers)}


def _some_title() -> str:
    from amparo.rooms.desk.words import TASK_TITLES

    return next(iter(TASK_TITLES))


def _shared(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.access import actions as access
    from amparo.rooms.access.words import GIVEN_BY

    ama, until = world.actor("ama", strong=True), now() + dt.timedelta(days=7)
    consent = access.record_consent(
        by=ama, subject_id=child, given_by=next(iter(GIVEN_BY)), to=world.ids["cleo"], sections=("note",),
        purpose="a visit", state="given", basis="spoken", until=until,
    )  # fmt: skip
    world.grant(child, "ilya", ("register", "note", "task"), "read")
    world.block(child, "bridge")
    ((grant,),) = world.rows(
        "SELECT id FROM access_grant WHERE subject_id = %s AND actor_id = %s", child, world.ids["ilya"]
    )
    ((block,),) = world.rows("SELECT id FROM access_block WHERE subject_id = %s", child)
    return {"consent_id": consent, "grant_id": grant, "block_id": block}


def _hold(world: Any, child: Any) -> dict[str, Any]:
    """Ben asked to keep the file past its date; somebody else has yet to agree."""
    from amparo.rooms.access import actions as access

    access.place_hold(by=world.actor("ben"), subject_id=child, held=True)
    return {}


def _emergency(world: Any, child: Any) -> dict[str, Any]:
    """Zoe of another agency opened a file in an emergency, and nobody has looked at that yet."""
    from amparo.rooms.access import actions as access

    ((code,),) = world.rows("SELECT code FROM access_subject WHERE id = %s", child)
    world.admin.execute(
        "UPDATE access_emergencyaccess SET at = at - interval '2 days'"
    )  # five a day are allowed
    access.use_emergency_access(by=world.actor("zoe", strong=True), code=code, reason="She is in danger now.")
    ((emergency,),) = world.rows("SELECT id FROM access_emergencyaccess WHERE subject_id = %s", child)
    return {"emergency_id": emergency}


def _people(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.access import actions as access

    hugo = world.actor("hugo", strong=True)
    new = access.add_person(by=hugo, email=f"{uuid.uuid4().hex}@example.org", display_name="Newcomer")
    membership = access.appoint(
        by=hugo, person_id=ActorId(new.id), unit_id=world.ids["river/team"], role="caseworker"
    )
    return {"person_id": new.id, "membership_id": membership}


def _limits(world: Any, child: Any) -> dict[str, Any]:
    from amparo.foundation.ids import new_id
    from amparo.rooms.desk import actions as desk
    from amparo.rooms.desk.tests.facts import happens
    from amparo.rooms.desk.words import PAUSE_REASONS

    ama = world.actor("ama")
    for _ in range(2):
        happens(by=ama, fact="TEST_ASKED", subject=child, record=new_id())
    (one,), (other,) = world.rows(
        "SELECT id FROM desk_clock WHERE subject_id = %s AND code = 'TEST_ANSWER'", child
    )
    desk.pause_limit(by=ama, clock_id=other, reason=next(iter(PAUSE_REASONS)))
    return {"clock_id": one}


def _protocol(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.access import actions as access

    today = now().date()
    protocol = access.propose_protocol(
        by=world.actor("nadia"), names={"en": "An agreement"}, parties=[world.ids["river"], world.ids["lantern"]],
        purposes=["care"], sections=["note"], from_on=today, until_on=today + dt.timedelta(days=90),
    )  # fmt: skip
    return {"protocol_id": protocol}


GROUPS = (
    (_note, {"note_id"}),
    (_tasks, {"task_id"}),
    (_attachment, {"attachment_id"}),
    (_draft, {"draft_id"}),
    (_hold, {"subject_id"}),
    (_shared, {"consent_id", "grant_id", "block_id"}),
    (_emergency, {"emergency_id", "notice_id"}),
    (_people, {"person_id", "membership_id"}),
    (_limits, {"clock_id"}),
    (_protocol, {"protocol_id"}),
    *rooms.everything("FORMS"),
)
