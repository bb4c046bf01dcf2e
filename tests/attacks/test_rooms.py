"""A room's own table counts as if it stood in the large ones; a slip in it is said."""

from __future__ import annotations

import pytest

from . import cells, rooms

TABLE = """
objects: {thing: [rooms_thing, state]}
never: {thing: d}
cells:
  own: {workers: "riu", lead: "r"}
who: {readers_of_things: [lawyer]}
addresses:
  room:things: [readers_of_things, GET]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(rooms, "FOLDER", tmp_path)
    return tmp_path


def test_the_cells_of_a_rooms_table_are_declared(folder):
    before, never = cells.declared(), cells.forbidden()
    (folder / "one.yaml").write_text(TABLE)
    (folder / "two.yaml").write_text("addresses: {two:page: [anyone, GET]}")

    more = {k: v for k, v in cells.declared().items() if k not in before}

    acts = {
        (role, act): may for (relation, role, thing, act), may in more.items() if relation == "own" and thing == "thing"
    }  # fmt: skip
    assert len(more) == 3 * len(cells.roles()) * len({c.relation for c in before})
    assert (acts["caseworker", "update"], acts["supervisor", "read"]) == (True, True)
    assert (acts["supervisor", "update"], acts["coordinator", "read"]) == (False, False)
    assert [k for k, may in more.items() if may and k.relation != "own"] == []
    assert {k.act for k in cells.forbidden() if k not in never} == {"delete"}
    assert rooms.table("addresses").keys() == {"room:things", "two:page"}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"riu"', '"riu r"', "2 cells for 1 objects"),
        ("own:", "owns:", "no such relation"),
        ("lead:", "leads:", "no such relation"),
        ("never:", "roles: {workers: [caseworker], lead: [supervisor]}\nnever:", "not all roles"),
    ],
)
def test_a_slip_in_a_rooms_table_is_said(folder, right, wrong, said):
    (folder / "one.yaml").write_text(TABLE.replace(right, wrong))

    with pytest.raises(ValueError, match=said):
        cells.declared()


def test_two_rooms_do_not_say_the_same_address(folder):
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text(TABLE)

    with pytest.raises(ValueError, match="two rooms say"):
        rooms.table("addresses")
