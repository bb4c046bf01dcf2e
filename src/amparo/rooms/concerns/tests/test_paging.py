"""Calling at frozen time: whatever fails, it ends at a human."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from amparo.rooms.concerns import actions, paging
from amparo.rooms.concerns.paging_rules import paging_rules

from . import duty_world

#: Tomorrow, ten to midnight UTC: the night the test turns through.
NIGHT = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).replace(hour=23, minute=50, second=0, microsecond=0)
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Night:
    """A clock that the test turns, the worker's minute job, and every call that left."""

    world: object
    now: dt.datetime = NIGHT
    called: list[tuple[int, str, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    names: dict = field(default_factory=dict)

    def call(self, to: paging.Address) -> None:
        name = self.names[to.person]
        if name in self.broken or "all" in self.broken:
            raise paging.PagingFailed("gateway")
        self.called.append((int((self.now - NIGHT) / MINUTE), name, paging.text_for(to.language)))

    def run(self, minutes: int) -> None:
        """The periodic job, each minute."""
        for _ in range(minutes):
            actions.page_due(by=self.world.system("duty"))
            self.now += MINUTE

    def who(self) -> list[tuple[int, str]]:
        return [(minute, name) for minute, name, _ in self.called]


@pytest.fixture
def night(world, as_login, monkeypatch) -> Iterator[Night]:
    duty_world.build(world)
    it = Night(world, names={v: k for k, v in world.ids.items()})
    for part in ("paging", "rota"):
        monkeypatch.setattr(f"amparo.rooms.concerns.actions.{part}.now", lambda: it.now)
    monkeypatch.setattr(paging, "pager", lambda keep: it)
    duty_world.no_rota(world)
    world.admin.execute(
        "UPDATE concerns_concern SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by_id = %s WHERE state = 'waiting'",
        [world.ids["dina"]],
    )
    world.admin.execute("UPDATE concerns_paging SET ended_at = now()")
    with as_login("worker"):
        yield it


def rota(night: Night, *, hours: int = 12) -> None:
    for order, name in enumerate(("dina", "omar", "dara"), start=1):
        duty_world.shift(
            night.world, name, order, NIGHT - dt.timedelta(hours=1), NIGHT + dt.timedelta(hours=hours)
        )


def acknowledged(night: Night, subject, name: str) -> None:
    night.world.admin.execute(
        "UPDATE concerns_concern SET state = 'acknowledged', acknowledged_at = %s, acknowledged_by_id = %s"
        " WHERE subject_id = %s",
        [night.now, night.world.ids[name], subject],
    )


def test_the_first_is_called_at_once_and_the_next_after_ten_minutes_each(night):
    rota(night)
    duty_world.concern(night.world, at=NIGHT)
    night.run(25)
    assert night.who() == [(0, "dina"), (10, "omar"), (20, "dara")]


def test_what_is_said_is_the_same_few_words_in_the_persons_language(night):
    rota(night)
    duty_world.concern(night.world, at=NIGHT)
    night.run(25)
    assert {text for _, name, text in night.called if name != "omar"} == {"Item waiting. Sign in."}
    assert next(text for _, name, text in night.called if name == "omar") == paging.text_for("ar")
    assert paging.text_for("ar") != paging.text_for("en")


def test_an_acknowledged_concern_calls_nobody_else(night):
    rota(night)
    subject = duty_world.concern(night.world, at=NIGHT)
    night.run(3)
    acknowledged(night, subject, "dina")
    night.run(60)
    assert night.who() == [(0, "dina")]
    assert night.world.rows(
        "SELECT ended_at IS NOT NULL FROM concerns_paging WHERE subject_id = %s", subject
    ) == [(True,)]


def test_when_nobody_answers_everybody_is_called_again_and_again(night):
    rota(night)
    duty_world.concern(night.world, at=NIGHT)
    night.run(5 * 60)
    first_round = [name for minute, name in night.who() if minute < 60]
    # all three officers stand on the rota, so the step "unit" has nobody new; then up to the country
    assert first_round[:3] == ["dina", "omar", "dara"]
    assert set(first_round) >= {"sana", "lena", "hadi"}
    assert first_round.index("sana") < first_round.index("lena") < first_round.index("hadi")
    # somebody is called in every stretch of half an hour, round after round: it never ends by itself
    minutes = sorted({minute for minute, _ in night.who()})
    assert max(b - a for a, b in zip(minutes, [*minutes[1:], 5 * 60], strict=True)) <= 30
    assert night.world.rows("SELECT count(*) FROM concerns_paging WHERE ended_at IS NULL")[0][0] == 1


def test_with_nobody_on_the_rota_every_duty_officer_is_called_at_once(night):
    duty_world.concern(night.world, at=NIGHT)
    night.run(1)
    assert {name for _, name in night.who()} == {"dina", "omar", "dara"}


def test_whoever_comes_on_duty_in_the_middle_is_called_next(night):
    change = NIGHT + 5 * MINUTE
    duty_world.shift(night.world, "dina", 1, NIGHT - dt.timedelta(hours=1), change)
    duty_world.shift(night.world, "dara", 1, change, NIGHT + dt.timedelta(hours=9))
    duty_world.shift(night.world, "omar", 2, NIGHT - dt.timedelta(hours=1), NIGHT + dt.timedelta(hours=9))
    duty_world.concern(night.world, at=NIGHT)
    night.run(11)
    assert night.who() == [(0, "dina"), (10, "dara"), (10, "omar")]


def test_people_who_left_are_passed_over_without_waiting(night):
    rota(night)
    world = night.world
    world.admin.execute(
        "UPDATE access_person SET is_active = false WHERE id = ANY (%s)",
        [[world.ids["dina"], world.ids["omar"]]],
    )
    try:
        duty_world.concern(world, at=NIGHT)
        night.run(1)
        assert night.who() == [(0, "dara")]
    finally:
        world.admin.execute(
            "UPDATE access_person SET is_active = true WHERE id = ANY (%s)",
            [[world.ids["dina"], world.ids["omar"]]],
        )


def test_with_the_whole_desk_gone_the_country_is_called(night):
    gone = [night.world.ids[n] for n in ("dina", "omar", "dara", "sana")]
    night.world.admin.execute("UPDATE access_person SET is_active = false WHERE id = ANY (%s)", [gone])
    try:
        subject = duty_world.concern(night.world, at=NIGHT)
        night.run(1)
        assert night.who() == [(0, "lena")]
        # and what they are called for, they can open
        grants = night.world.rows(
            "SELECT cause, sections FROM access_grant WHERE subject_id = %s AND actor_id = %s",
            subject,
            night.world.ids["lena"],
        )
        assert grants == [("cover", ["register", "task", "concern", "account", "reporter"])]
    finally:
        night.world.admin.execute("UPDATE access_person SET is_active = true WHERE id = ANY (%s)", [gone])


def test_a_gateway_that_fails_for_one_hands_over_to_the_next_at_once_and_is_tried_again(night):
    rota(night)
    night.broken = {"dina"}
    duty_world.concern(night.world, at=NIGHT)
    night.run(1)
    assert night.who() == [(0, "omar")]
    night.broken = set()
    night.run(3)
    assert (2, "dina") in night.who() or (3, "dina") in night.who()


def test_a_gateway_that_is_down_loses_nothing_and_says_so(night):
    rota(night)
    night.broken = {"all"}
    duty_world.concern(night.world, at=NIGHT)
    night.run(60)
    assert night.called == []
    assert night.world.rows(
        "SELECT failed_at IS NOT NULL FROM concerns_signoflife WHERE name = 'paging'"
    ) == [(True,)]
    notices = night.world.rows(
        "SELECT DISTINCT person_id FROM desk_notice WHERE code = 'CONCERN_WAITS' AND at > now() - interval '1 minute'"
    )
    assert {night.world.ids[n] for n in ("dina", "omar", "dara", "sana", "lena", "hadi")} <= {
        p for (p,) in notices
    }
    night.broken = set()
    night.run(20)
    assert night.called
    assert night.world.rows("SELECT failed_at FROM concerns_signoflife WHERE name = 'paging'") == [(None,)]


def test_an_hour_without_a_worker_is_caught_up_from_the_first_person(night):
    rota(night)
    duty_world.concern(night.world, at=NIGHT)
    night.now += 60 * MINUTE
    night.run(11)
    assert night.who() == [(60, "dina"), (70, "omar")]


def test_a_call_taken_up_by_a_worker_that_died_is_made_by_the_next(night, monkeypatch):
    rota(night)
    subject = duty_world.concern(night.world, at=NIGHT)

    class Died(BaseException):
        pass

    def die(to):
        raise Died

    monkeypatch.setattr(night, "call", die)
    with pytest.raises(Died):
        actions.page_for(by=night.world.system("duty"), subject_id=subject)
    monkeypatch.undo()
    monkeypatch.setattr("amparo.rooms.concerns.actions.paging.now", lambda: night.now)
    monkeypatch.setattr(paging, "pager", lambda keep: night)
    night.run(4)
    assert [name for _, name in night.who()] == ["dina"]


def test_the_job_may_run_twice(night):
    rota(night)
    subject = duty_world.concern(night.world, at=NIGHT)
    for _ in range(3):
        actions.page_for(by=night.world.system("duty"), subject_id=subject)
    assert night.who() == [(0, "dina")]


def test_what_can_wait_until_the_morning_calls_nobody(night):
    rota(night)
    duty_world.concern(night.world, at=NIGHT, urgency="days")
    night.run(300)
    assert night.called == []


def test_what_was_to_be_seen_today_calls_when_its_time_is_over(night):
    rota(night)
    duty_world.concern(night.world, at=NIGHT, urgency="today")
    night.run(242)
    assert night.who() == [(240, "dina")]


def test_the_calling_reads_neither_words_nor_who_told(night):
    from django.db import connection, transaction

    subject = duty_world.concern(night.world, at=NIGHT)
    duty_world.sealed_words(night.world, subject, "account", "x", kind="first")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT sec.enter_system('duty')")
        for table, count in (
            ("concerns_concern", True),
            ("concerns_account", False),
            ("concerns_reporter", False),
            ("desk_note", False),
        ):
            cursor.execute(f"SELECT count(*) > 0 FROM {table}")
            assert cursor.fetchone() == (count,), table


def test_every_figure_is_read_from_the_file():
    rules = paging_rules()
    assert [s.call for s in rules.steps][-2:] == ["national", "administrators"]
    assert all(s.wait == 10 * MINUTE for s in rules.steps)
