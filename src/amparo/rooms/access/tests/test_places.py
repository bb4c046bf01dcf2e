"""Areas, catchments, shifts and protocols."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.access import actions, queries
from amparo.rooms.access.places import MAX_ROWS, AreaErrors, read_areas

from .people import hire, open_unit, sees

HEADER = "p_code,level,parent,name:en,name:ar,valid_from,valid_to,replaced_by\n"
GOOD = HEADER + (
    "QM,0,,Miravell,ميرافيل,,,\nQM0101,2,QM01,Harbour,,2019-01-01,2023-12-31,QM0102 QM0103\n"
    "QM01,1,QM,North,الشمال,,,\nQM0102,2,QM01,Old harbour,,,,\nQM0103,2,QM01,New harbour,,,,\n"
)


def mistakes(text, known=()):
    with pytest.raises(AreaErrors) as caught:
        read_areas(text, known)
    return caught.value.errors


def refused(code, act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    assert caught.value.reason == code


def test_a_file_is_read_parents_first_with_names_and_history():
    rows = read_areas("\ufeff" + GOOD)
    assert [r.p_code for r in rows] == ["QM", "QM01", "QM0101", "QM0102", "QM0103"]
    assert rows[0].names == {"en": "Miravell", "ar": "ميرافيل"}
    old = rows[2]
    assert (old.valid_from, old.valid_to) == (dt.date(2019, 1, 1), dt.date(2023, 12, 31))
    assert old.replaced_by == ("QM0102", "QM0103")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("qm1,1,QM,A,,,,", "Row 2: p_code “qm1” is not a p-code"),
        ("QM1,7,QM,A,,,,", "Row 2: level must be 0, 1, 2, 3 or 4."),
        ("QM1,1,,A,,,,", "Row 2: every area but the country has a parent."),
        ("QM1,0,QM,A,,,,", "Row 2: every area but the country has a parent."),
        ("QM1,1,QM,,,,,", "Row 2: it has no name."),
        ("QM1,1,QM,A,,31.12.2020,,", "Row 2: valid_from must be a day"),
        ("QM1,1,QM,A,,,soon,", "Row 2: valid_to must be a day"),
        ("QM1,1,QM,A,,,,,,more", "Row 2: it has more cells than the first line."),
        ("QM1,1,QN,A,,,,", "QM1: its parent QN is not in the file and not here yet."),
    ],
)
def test_each_mistake_names_its_row(row, words):
    (error,) = mistakes(HEADER + row + "\n", known=["QM"])
    assert error.startswith(words)


def test_all_mistakes_come_at_once_and_the_whole_file_counts():
    text = HEADER + "QM,0,,A,,,,\nQM,0,,B,,,,\nQM0101,2,QM,C,,,,\nx,1,QM,D,,,,\n"
    assert len(mistakes(text)) == 3
    assert "columns p_code, level, parent" in mistakes("code,level\n")[0]
    assert "columns p_code, level, parent" in mistakes("")[0]
    assert mistakes(HEADER) == ["The file has no rows."]
    (error,) = mistakes(HEADER + "QM,0,,A,,,,\n" * (MAX_ROWS + 1))
    assert str(MAX_ROWS) in error


def test_areas_are_imported_by_the_national_administrator_and_can_be_put_right(world):
    nadia, rows = world.actor("nadia"), read_areas(GOOD)
    assert actions.import_places(by=nadia, areas=rows) == 5
    assert actions.import_places(by=nadia, areas=read_areas(GOOD.replace("North", "Upper north"))) == 5
    assert {"QM", "QM01", "QM0101"} <= queries.known_p_codes(nadia)
    shown = {a.p_code: a for a in queries.areas(world.actor("ama"))}
    assert shown["QM01"].name == "Upper north"
    assert "QM0101" not in shown, "an area of the past is kept and not offered"
    assert [a.p_code for a in queries.areas(world.actor("ama"), after="QM01", limit=1)] == ["QM0102"]
    refused("permission", actions.import_places, by=world.actor("hugo"), areas=rows)


def test_a_unit_works_in_known_areas(world):
    nadia, unit = world.actor("nadia"), world.ids[f"{open_unit(world, 'river')}/team"]
    actions.import_places(by=nadia, areas=read_areas(GOOD))
    actions.set_catchment(by=nadia, unit_id=unit, areas=["QM01"])
    assert world.rows("SELECT areas FROM access_unit WHERE id = %s", unit) == [(["QM01"],)]
    refused("unknown_area", actions.set_catchment, by=nadia, unit_id=unit, areas=["QM01", "QZ9"])
    refused("permission", actions.set_catchment, by=world.actor("ama"), unit_id=unit, areas=[])
    with pytest.raises(NotThere):
        actions.set_catchment(by=nadia, unit_id=new_id(), areas=[])


def plan(world, who, unit, by="ben", begins=-1.0, hours=8.0):
    starts = now() + dt.timedelta(hours=begins)
    return actions.plan_shift(
        by=world.actor(by), person_id=world.ids[who], unit_id=world.ids[f"{unit}/team"], order=1, starts=starts,
        ends=starts + dt.timedelta(hours=hours),
    )  # fmt: skip


def test_on_duty_one_reaches_the_units_files_and_only_during_the_shift(world):
    other = open_unit(world, "river")
    child, worker = world.child(), hire(world, other, "caseworker")
    plan(world, worker, "river", begins=1)
    assert not sees(world, worker, child)
    shift = plan(world, worker, "river")
    assert sees(world, worker, child)
    assert queries.file_for(world.actor(worker), child).may_write
    row = next(r for r in queries.shifts(world.actor("ben")) if r.id == shift)
    assert (row.who, row.order) == (worker.capitalize(), 1)
    world.admin.execute(
        "UPDATE access_shift SET from_at = now() - interval '9 hours', until_at = now() WHERE id = %s",
        [shift],
    )
    assert not sees(world, worker, child)


def test_duty_gives_nothing_to_roles_that_read_no_file(world):
    child, interpreter = world.child(), hire(world, "river", "interpreter")
    plan(world, interpreter, "river")
    with pytest.raises(Refused, match="permission"):
        queries.file_for(world.actor(interpreter), child)


def test_shifts_are_planned_within_the_agency_and_for_a_day_at_most(world):
    refused("permission", plan, world=world, who="cleo", unit="river", by="ama")
    refused("shift_too_long", plan, world=world, who="cleo", unit="river", hours=25)
    refused("refused", plan, world=world, who="cleo", unit="river", hours=-1)
    for who, unit in (("zoe", "river"), ("cleo", "lantern")):
        with pytest.raises(NotThere):
            plan(world, who, unit)
    plan(world, "cleo", "river", begins=100)


def propose(world, by="kofi"):
    return actions.propose_protocol(
        by=world.actor(by), names={"en": "River and Lantern"}, purposes=["care"], sections=["register", "note"],
        parties=[world.ids["river"], world.ids["lantern"]], from_on=dt.date(2020, 1, 1), until_on=dt.date(2020, 12, 31),
    )  # fmt: skip


def test_a_protocol_is_approved_by_a_second_person(world):
    protocol = propose(world)
    refused("second_person", actions.approve_protocol, by=world.actor("kofi"), protocol_id=protocol)

    def shown(name):
        return next(p for p in queries.protocols(world.actor(name)) if p.id == protocol)

    assert (shown("kofi").is_approved, shown("kofi").is_mine, shown("nadia").is_mine) == (False, True, False)
    actions.approve_protocol(by=world.actor("nadia"), protocol_id=protocol)
    assert shown("nadia").is_approved
    assert shown("nadia").name == "River and Lantern"
    for gone in (protocol, new_id()):
        with pytest.raises(NotThere):
            actions.approve_protocol(by=world.actor("nadia"), protocol_id=gone)
    refused("permission", propose, world=world, by="ben")
