"""Attachments: a safe view for readers, the sealed original for few, nothing in clear anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amparo.foundation.errors import NeedsStrongSignIn, NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.keeper import seal
from amparo.keeper.client import Item
from amparo.rooms.desk import actions, queries
from amparo.rooms.desk.models import CHUNK_BYTES
from amparo.rooms.desk.pictures import reencode
from amparo.rooms.desk.queries.attachments import sealed_part, titles_opened

from .sql import run_as
from .test_pictures import GPS, noise, with_exif, written

pytestmark = pytest.mark.usefixtures("keeper")
PHOTO = written("JPEG", exif=with_exif(), comment=GPS)


@pytest.fixture
def child(world):
    child = world.child()
    world.grant(child, "ilya", ("register", "attachment"), "read")
    return child


def add(world, child, data=PHOTO, name="ama", key=""):
    return actions.add_attachment(
        by=world.actor(name),
        subject_id=child,
        title="CANARY-TITLE",
        original=data,
        view=reencode(data),
        key=key,
    )


def test_readers_see_the_view_and_only_the_view(world, child):
    added = add(world, child)
    for name in ("ama", "ben", "ilya"):
        kind, data = queries.picture_opened(world.actor(name), added)
        assert (kind, data) == ("image/jpeg", reencode(PHOTO).data)
        assert b"CANARY" not in data
        assert queries.attachment_opened(world.actor(name), added).title == "CANARY-TITLE"
    for name in ("zoe", "cleo"):
        for read in (queries.picture_opened, queries.attachment_opened):
            with pytest.raises(NotThere):
                read(world.actor(name), added)
            with pytest.raises(NotThere):
                read(world.actor(name), new_id())


def test_a_list_opens_its_titles_in_one_call(world, child, keeper):
    for _ in "123":
        add(world, child)
    rows = titles_opened(world.actor("ilya"), queries.attachments_for(world.actor("ilya"), child))
    assert [row.title for row in rows] == ["CANARY-TITLE"] * 3
    assert keeper.calls == [3]
    with pytest.raises(NotThere):
        queries.attachments_for(world.actor("zoe"), child)


def test_adding_needs_access_to_write(world, child):
    for name, error in (("zoe", NotThere), ("ilya", Refused), ("kofi", Refused)):
        with pytest.raises(error):
            add(world, child, name=name)
    assert add(world, child)


def test_a_repeated_upload_adds_one(world, child):
    key = str(new_id())
    assert add(world, child, key=key) == add(world, child, key=key)
    assert len(queries.attachments_for(world.actor("ama"), child)) == 1


def test_the_original_comes_back_whole_for_evidence_with_a_reason(world, child):
    data = noise("PNG", size=(700, 500))
    assert len(data) > 3 * CHUNK_BYTES
    added = add(world, child, data)
    ama = world.actor("ama", strong=True)
    assert actions.open_original(by=ama, attachment_id=added, because="court order 12 of May") == data
    (entry,) = [e for e in world.entries("ORIGINAL_OPENED") if e[2] == added]
    assert entry == (world.ids["ama"], child, added, "court order 12 of May", "done")


def test_the_original_needs_permission_a_fresh_sign_in_a_reason_and_the_file(world, child):
    added, why = add(world, child), "court order 12 of May"
    with pytest.raises(NeedsStrongSignIn):
        actions.open_original(by=world.actor("ama"), attachment_id=added, because=why)
    with pytest.raises(Refused, match="reason_too_short"):
        actions.open_original(by=world.actor("ama", strong=True), attachment_id=added, because="  why   ")
    with pytest.raises(Refused, match="permission"):
        actions.open_original(by=world.actor("kofi", strong=True), attachment_id=added, because=why)
    with pytest.raises(NotThere):
        actions.open_original(by=world.actor("zoe", strong=True), attachment_id=added, because=why)
    assert (
        actions.open_original(by=world.actor("ama", strong=True), attachment_id=added, because=why) == PHOTO
    )


def test_chunks_are_small_sealed_and_cannot_be_swapped(world, child, keeper):
    data = noise("PNG", size=(700, 500))
    added = add(world, child, data)
    sizes = world.rows("SELECT length(sealed) FROM desk_attachmentchunk WHERE attachment_id = %s", added)
    assert max(size for (size,) in sizes) <= CHUNK_BYTES + 400
    stored = b"".join(
        bytes(row[0])
        for row in world.rows("SELECT sealed FROM desk_attachmentchunk WHERE attachment_id = %s", added)
    )
    assert data[1000:1032] not in stored
    first, second, *_ = (Item(*part) for part in sealed_part(world.actor("ama"), added, "original"))
    with pytest.raises(seal.CannotOpen):
        keeper.open(world.secrets["ama"], [replace(first, field=second.field)], "test", new_id())
    assert keeper.open(world.secrets["ama"], [first], "test", new_id()) == [data[:CHUNK_BYTES]]


def test_what_was_added_is_never_changed(world, child):
    import psycopg

    added = add(world, child)
    for sql in (
        "UPDATE desk_attachment SET was = 'x'", "UPDATE desk_attachmentchunk SET number = 9",
        "DELETE FROM desk_attachment", "DELETE FROM desk_attachmentchunk",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_as(world, "ama", sql)
    assert run_as(world, "ama", "SELECT 1 FROM desk_attachment WHERE id = %s", added)
