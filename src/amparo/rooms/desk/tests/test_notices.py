"""Notices: codes and ids, for one person, told once; what leaves the platform says only that something
waits.
"""

from __future__ import annotations

import pytest

from amparo.foundation.acts import action, log
from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries, sending


@action("USE_AMPARO")
def telling(*, by, people, code, subject=None, record=None, step=0, rings=False):
    told = actions.tell(people, code, subject=subject, record=record, step=step, rings=rings)
    log("TEST_TOLD")
    return told


@pytest.fixture
def child(world):
    return world.child()


def texts(world, name, **more):
    return [n.text for n in queries.notices_of(world.actor(name), **more).items]


def test_a_notice_is_read_by_its_person_alone(world, child):
    assert (
        telling(by=world.actor("ama"), people=[world.ids["cleo"]], code="ACCESS_GIVEN", record=new_id()) == 1
    )
    assert texts(world, "cleo")[0] == "You were given access to a file."
    assert "You were given access to a file." not in texts(world, "ines")


def test_nobody_is_told_the_same_thing_twice(world, child):
    record, people = new_id(), [world.ids["cleo"], world.ids["dora"], world.ids["cleo"]]
    assert telling(by=world.actor("ama"), people=people, code="ACCESS_GIVEN", record=record) == 2
    assert telling(by=world.actor("ben"), people=people, code="ACCESS_GIVEN", record=record) == 0
    assert telling(by=world.actor("ben"), people=people, code="ACCESS_GIVEN", record=record, step=1) == 2


def test_a_code_is_shown_only_while_the_file_may_be_seen(world, child):
    telling(
        by=world.actor("ben"),
        people=[world.ids["ama"], world.ids["zoe"]],
        code="FILE_HANDED_OVER",
        subject=child,
    )
    mine = queries.notices_of(world.actor("ama")).items[0]
    theirs = queries.notices_of(world.actor("zoe")).items[0]
    assert (mine.subject_id, bool(mine.code)) == (child, True)
    assert (theirs.text, theirs.subject_id, theirs.code) == (mine.text, None, "")


def test_a_notice_holds_a_code_and_never_words(world):
    with pytest.raises(Refused):
        telling(by=world.actor("ama"), people=[world.ids["cleo"]], code="She is at the market")
    assert telling(by=world.actor("ama"), people=[world.ids["cleo"]], code="ACCESS_GIVEN") == 1


def test_somebody_who_left_is_told_nothing(world):
    world.admin.execute("UPDATE access_person SET is_active = false WHERE id = %s", [world.ids["sol"]])
    try:
        assert telling(by=world.actor("ama"), people=[world.ids["sol"]], code="ACCESS_GIVEN") == 0
    finally:
        world.admin.execute("UPDATE access_person SET is_active = true WHERE id = %s", [world.ids["sol"]])
    assert telling(by=world.actor("ama"), people=[world.ids["sol"]], code="ACCESS_GIVEN") == 1


def test_reading_marks_ones_own_and_no_other(world):
    telling(by=world.actor("ama"), people=[world.ids["cleo"]], code="ACCESS_GIVEN", record=new_id())
    notice = queries.notices_of(world.actor("cleo")).items[0]
    with pytest.raises(NotThere):
        actions.mark_read(by=world.actor("ama"), notice_id=notice.id)
    assert notice.id in [n.id for n in queries.notices_of(world.actor("cleo"), only_new=True).items]
    for _ in "12":
        actions.mark_read(by=world.actor("cleo"), notice_id=notice.id)
    assert notice.id not in [n.id for n in queries.notices_of(world.actor("cleo"), only_new=True).items]
    telling(by=world.actor("ama"), people=[world.ids["cleo"]], code="ACCESS_ENDED", record=new_id())
    new = queries.count_new_notices(world.actor("cleo"))
    assert actions.mark_all_read(by=world.actor("cleo")) == new >= 1
    assert queries.count_new_notices(world.actor("cleo")) == 0
    assert texts(world, "cleo", only_new=True) == []


def waiting(world, **more):
    telling(by=world.actor("ama"), people=[world.ids["dora"]], code="ACCESS_GIVEN", record=new_id(), **more)
    return queries.notices_of(world.actor("dora")).items[0].id


def test_what_is_sent_says_only_that_something_waits_and_is_sent_once(world, sent, as_login):
    notice = waiting(world, rings=True)
    with as_login("worker"):
        assert actions.send_notice(by=world.system("notices"), notice_id=notice)
        assert not actions.send_notice(by=world.system("notices"), notice_id=notice)
    assert sent.sent == [("dora@example.org", "Item waiting. Sign in.", True)]
    assert world.rows("SELECT 1 FROM desk_notice WHERE id = %s AND sent_at IS NOT NULL", notice)


def test_what_was_read_meanwhile_is_not_sent(world, sent, as_login):
    notice = waiting(world)
    actions.mark_read(by=world.actor("dora"), notice_id=notice)
    with as_login("worker"):
        assert not actions.send_notice(by=world.system("notices"), notice_id=notice)
    assert sent.sent == []


def test_a_sending_that_failed_is_tried_again(world, sent, as_login, monkeypatch):
    notice = waiting(world)

    class Broken:
        def send(self, address, *, rings):
            raise OSError("the mail server is away")

    with as_login("worker"):
        with monkeypatch.context() as patch:
            patch.setattr("amparo.rooms.desk.actions.notices.sender", Broken)
            with pytest.raises(OSError, match="away"):
                actions.send_notice(by=world.system("notices"), notice_id=notice)
        assert actions.send_notice(by=world.system("notices"), notice_id=notice)


def test_somebody_who_left_meanwhile_gets_nothing(world, sent, as_login):
    notice = waiting(world)
    world.admin.execute("UPDATE access_person SET is_active = false WHERE id = %s", [world.ids["dora"]])
    try:
        with as_login("worker"):
            assert not actions.send_notice(by=world.system("notices"), notice_id=notice)
    finally:
        world.admin.execute("UPDATE access_person SET is_active = true WHERE id = %s", [world.ids["dora"]])
    assert sent.sent == []


def test_mail_carries_the_fixed_words_in_the_persons_language(settings_of_mail):
    sending.Mail().send(("ama@example.org", "en"), rings=False)
    sending.Mail().send(("ben@example.org", "en"), rings=True)
    quiet, ringing = settings_of_mail
    assert (quiet.subject, quiet.body, quiet.to) == (
        "Item waiting. Sign in.",
        "Item waiting. Sign in.",
        ["ama@example.org"],
    )
    assert "Importance" not in quiet.extra_headers
    assert ringing.extra_headers["Importance"] == "high"


@pytest.fixture
def settings_of_mail():
    from django.core import mail
    from django.test.utils import override_settings

    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mail.outbox = []
        yield mail.outbox


@pytest.mark.parametrize(("is_demo", "kind"), [(True, sending.Recorded), (False, sending.Mail)])
def test_a_demo_sends_nothing_to_anybody(is_demo, kind):
    from django.test.utils import override_settings

    sending.sender.cache_clear()
    try:
        with override_settings(AMPARO_DEMO=is_demo):
            assert isinstance(sending.sender(), kind)
    finally:
        sending.sender.cache_clear()


def test_no_notice_names_a_place_a_name_or_the_word_child():
    from amparo.rooms.desk.words import NOTICES, SENT_TEXT

    for text in (*NOTICES.values(), SENT_TEXT):
        assert "child" not in str(text).lower()
        assert "%" not in str(text)
