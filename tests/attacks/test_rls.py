"""Row security by raw SQL on the staff login, without Django: absent, forged, replayed, borrowed, expired contexts."""

from __future__ import annotations

import hashlib
import hmac
import random
import threading
import time
import uuid

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from .planting import CLOSED, REFERENCE, insert, key_of, plant, protected_tables

REFUSED = "42501"
NO_CONTEXT = "AM001"
REQUESTS, THREADS = 480, 4


@pytest.fixture(scope="module")
def planted(world, admin):
    child = world.child("ama")
    # a concern's parts are no part of a file, and are given like any other
    world.grant(child, "ama", ("register", "concern", "account", "reporter"), "write", "law")
    return plant(admin, child, world.ids["ama"], world.ids["ilya"])


@pytest.fixture(scope="module")
def tables(admin):
    return protected_tables(admin)


def enter(connection, secret):
    connection.execute("SELECT sec.enter(%s)", [secret])


def context(connection):
    return connection.execute("SELECT current_setting('app.ctx')").fetchone()[0]


def put(connection, ctx):
    connection.execute("SELECT set_config('app.ctx', %s, true)", [ctx])


def state(connection, sql, *values):
    """The SQLSTATE of a statement that must fail, "" when it went through. Rolled back either way."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql, list(values))
    except psycopg.Error as error:
        return error.sqlstate
    return ""


def four_commands(table, row):
    """SELECT, INSERT, UPDATE and DELETE, as statements with the least privilege each needs."""
    key = key_of(row)
    yield f"SELECT {key} FROM public.{table}", []
    yield f"INSERT INTO public.{table} DEFAULT VALUES", []
    yield f"UPDATE public.{table} SET {key} = {key}", []
    yield f"DELETE FROM public.{table}", []


def test_every_protected_table_can_be_planted(planted, tables):
    assert sorted(planted) == tables
    assert len(tables) >= 14
    assert {t for t in tables if t in REFERENCE} == set()


def attacked(connection, tables, planted, before=()):
    """{(table, command): SQLSTATE} of the four commands on every table, each in a transaction of its own."""
    seen = {}
    for table in tables:
        for sql, values in four_commands(table, planted[table]):
            try:
                with connection.transaction(force_rollback=True):
                    for act in before:
                        act(connection)
                    connection.execute(sql, values)
                seen[table, sql.split()[0]] = ""
            except psycopg.Error as error:
                seen[table, sql.split()[0]] = error.sqlstate
    return seen


def judge(seen, tables):
    """Nothing went through; what the login may do at all failed for lack of a context, never as an empty answer."""
    assert len(seen) == 4 * len(tables)
    wrong = {k: v for k, v in seen.items() if v not in (NO_CONTEXT, REFUSED)}
    assert wrong == {}
    silent = [t for t in tables if t not in CLOSED and seen[t, "SELECT"] != NO_CONTEXT]
    assert silent == []


def test_no_context(login, tables, planted):
    judge(attacked(login("staff"), tables, planted), tables)


def test_made_up_context(login, world, tables, planted):
    ama = str(world.ids["ama"])
    made_up = "|".join([ama, "", "", "", "supervisor", "1", str(time.time() + 900), "00" * 32])
    judge(attacked(login("staff"), tables, planted, [lambda c: put(c, made_up)]), tables)


@pytest.mark.parametrize(
    "ctx",
    ["", "|", "|||||||", "x" * 3000, "||||||9999999999|", "a|b|c|d|e|f|g|h|i", "\\x00", "|" * 7 + "0" * 64],
)
def test_misshapen_contexts(login, ctx):
    staff = login("staff")
    with pytest.raises(psycopg.Error) as caught, staff.transaction():
        put(staff, ctx)
        staff.execute("SELECT id FROM access_subject")
    assert caught.value.sqlstate == NO_CONTEXT


def test_context_signed_with_another_key(login, world, tables, planted):
    staff = login("staff")
    payload = "|".join([str(world.ids["ama"]), "", "", "", "supervisor", "1", str(time.time() + 900)])

    def forge(connection):
        pid, at = connection.execute(
            "SELECT pg_backend_pid(), extract(epoch FROM transaction_timestamp())"
        ).fetchone()
        mac = hmac.new(b"not the key", f"{payload}|{pid}|{at}".encode(), hashlib.sha256).hexdigest()
        put(connection, f"{payload}|{mac}")

    judge(attacked(staff, tables, planted, [forge]), tables)


def test_every_single_changed_sign_of_a_real_context_is_found(login, world):
    staff, tried = login("staff"), 0
    with staff.transaction():
        enter(staff, world.actor("ama").secret)
        real = context(staff)
        staff.execute("SELECT id FROM access_subject")
        for place, sign in enumerate(real):
            other = "0" if sign != "0" else "1"
            forged = real[:place] + other + real[place + 1 :]
            put(staff, forged)
            assert state(staff, "SELECT id FROM access_subject") == NO_CONTEXT, place
            tried += 1
        put(staff, real)
        staff.execute("SELECT id FROM access_subject")  # and untouched it still opens
    assert tried >= 200


@pytest.mark.parametrize("part", [0, 1, 2, 3, 4, 5, 6])
def test_no_part_of_a_context_can_be_exchanged(login, world, part):
    """Zoe's own valid context with one part taken from Ama's."""
    one, other = login("staff"), login("staff")
    with one.transaction(), other.transaction():
        enter(one, world.actor("ama", strong=True).secret)
        enter(other, world.actor("kofi").secret)
        theirs, mine = context(one).split("|"), context(other).split("|")
        if theirs[part] == mine[part]:
            theirs[part] += "1"
        mine[part] = theirs[part]
        put(other, "|".join(mine))
        assert state(other, "SELECT id FROM access_subject") == NO_CONTEXT


def test_replayed_in_the_next_transaction_of_the_same_backend(login, world, tables, planted):
    staff = login("staff")
    with staff.transaction():
        enter(staff, world.actor("ama").secret)
        old = context(staff)
    judge(attacked(staff, tables, planted, [lambda c: put(c, old)]), tables)


def test_kept_for_the_whole_connection(login, world, tables, planted):
    staff = login("staff")
    with staff.transaction():
        enter(staff, world.actor("ama").secret)
        staff.execute("SELECT set_config('app.ctx', current_setting('app.ctx'), false)")
    assert context(staff) != ""
    judge(attacked(staff, tables, planted), tables)


def test_another_backends_context_while_it_is_alive(login, world, tables, planted):
    theirs, mine = login("staff"), login("staff")
    with theirs.transaction():
        enter(theirs, world.actor("ama").secret)
        borrowed = context(theirs)
        judge(attacked(mine, tables, planted, [lambda c: put(c, borrowed)]), tables)
        assert theirs.execute("SELECT count(*) > 0 FROM access_subject").fetchone()[0]


def test_context_does_not_outlive_a_rolled_back_savepoint_or_transaction(login, world):
    staff = login("staff")
    with staff.transaction():
        with staff.transaction(force_rollback=True):
            enter(staff, world.actor("ama").secret)
        assert state(staff, "SELECT id FROM access_subject") == NO_CONTEXT
    with staff.transaction(force_rollback=True):
        enter(staff, world.actor("ama").secret)
    assert state(staff, "SELECT id FROM access_subject") == NO_CONTEXT


def test_expires_in_the_middle_of_a_transaction(login, world, admin):
    staff, secret = login("staff"), world.actor("ben").secret
    change = "UPDATE sec.session SET expires_at = clock_timestamp() + %s::interval WHERE secret_hash = sec._hash(%s)"
    admin.execute(change, ["0.4 seconds", secret])
    try:
        with staff.transaction():
            enter(staff, secret)
            staff.execute("SELECT id FROM access_subject")
            time.sleep(0.5)
            assert state(staff, "SELECT id FROM access_subject") == NO_CONTEXT
        assert state(staff, "SELECT sec.enter(%s)", secret) == NO_CONTEXT
    finally:
        admin.execute(change, ["10 hours", secret])


ENDS = {
    "signed out": (
        "UPDATE sec.session SET ended_at = now() WHERE secret_hash = sec._hash(%s)",
        "UPDATE sec.session SET ended_at = NULL WHERE secret_hash = sec._hash(%s)",
    ),
    "idle": (
        "UPDATE sec.session SET last_seen_at = now() - interval '31 minutes' WHERE secret_hash = sec._hash(%s)",
        "UPDATE sec.session SET last_seen_at = now() WHERE secret_hash = sec._hash(%s)",
    ),
    "person": (
        "UPDATE access_person p SET is_active = false FROM sec.session s WHERE s.actor_id = p.id AND s.secret_hash = sec._hash(%s)",
        "UPDATE access_person p SET is_active = true FROM sec.session s WHERE s.actor_id = p.id AND s.secret_hash = sec._hash(%s)",
    ),
    "membership": (
        "UPDATE access_membership m SET until_at = now() FROM sec.session s WHERE s.membership_id = m.id AND s.secret_hash = sec._hash(%s)",
        "UPDATE access_membership m SET until_at = NULL FROM sec.session s WHERE s.membership_id = m.id AND s.secret_hash = sec._hash(%s)",
    ),
    "agency": (
        "UPDATE access_agency a SET is_active = false FROM sec.session s JOIN access_membership m ON m.id = s.membership_id"
        " JOIN access_unit u ON u.id = m.unit_id WHERE a.id = u.agency_id AND s.secret_hash = sec._hash(%s)",
        "UPDATE access_agency a SET is_active = true FROM sec.session s JOIN access_membership m ON m.id = s.membership_id"
        " JOIN access_unit u ON u.id = m.unit_id WHERE a.id = u.agency_id AND s.secret_hash = sec._hash(%s)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", list(ENDS))
def test_a_sign_in_that_ended_opens_nothing(login, world, admin, what):
    end, undo = ENDS[what]
    staff, secret = login("staff"), world.actor("cleo").secret
    assert state(staff, "SELECT sec.enter(%s)", secret) == ""
    admin.execute(end, [secret])
    try:
        assert state(staff, "SELECT sec.enter(%s)", secret) == NO_CONTEXT
        assert staff.execute("SELECT sec.whoami(%s)", [secret]).fetchone()[0] is None
    finally:
        admin.execute(undo, [secret])
    assert state(staff, "SELECT sec.enter(%s)", secret) == ""


@pytest.mark.parametrize("secret", ["", "x", "0" * 32, "system:retention", None])
def test_secrets_of_nobody_open_nothing(login, secret):
    assert state(login("staff"), "SELECT sec.enter(%s)", secret) == NO_CONTEXT


@pytest.mark.parametrize("name", ["retention", "clocks", "indexer", "keys", "notices"])
def test_staff_cannot_be_a_system_actor(login, name):
    staff = login("staff")
    assert state(staff, "SELECT sec.enter_system(%s)", name) == REFUSED


def test_the_worker_without_a_context_reads_nothing(login, tables, planted):
    seen = attacked(login("worker"), tables, planted)
    assert {k: v for k, v in seen.items() if v not in (NO_CONTEXT, REFUSED)} == {}


@pytest.mark.parametrize("name", ["public", "exchange", "keeper", "sealer", "stats", "auditor"])
def test_other_logins_touch_no_protected_table(login, tables, planted, name):
    seen = attacked(login(name), tables, planted)
    assert set(seen.values()) == {REFUSED}


def test_the_owner_of_the_tables_sees_no_row(login, tables, planted):
    """FORCE: whoever migrates is no reader. No policy speaks to the owner, so it counts none."""
    owner = login("owner")
    counted = {t: owner.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}
    assert counted == dict.fromkeys(tables, 0)


def another(value):
    """A value of the same kind that no row has."""
    if isinstance(value, int):
        return value + 1
    return uuid.uuid4() if isinstance(value, uuid.UUID) else uuid.uuid4().bytes * 2


@pytest.mark.parametrize("who", ["zoe", "cleo", "dora", "hugo", "nadia", "sol", "ines"])
def test_other_people_see_and_change_no_row(login, world, admin, tables, planted, who):
    staff, actor = login("staff"), world.actor(who, strong=True)
    leaked, changed, added, before = [], [], [], behind(admin, tables)
    for table in tables:
        row = planted[table]
        key = key_of(row)
        with staff.transaction(force_rollback=True):
            enter(staff, actor.secret)
            if (
                table not in CLOSED
                and staff.execute(f"SELECT {key} FROM {table} WHERE {key} = %s", [row[key]]).fetchall()
            ):
                leaked.append(table)
            changes = (
                f"UPDATE {table} SET {key} = {key} WHERE {key} = %s",
                f"DELETE FROM {table} WHERE {key} = %s",
            )
            for sql in changes:
                if count(staff, sql, row[key]):
                    changed.append((table, sql))
            again = {**row, key: another(row[key])}
            if table != "access_subject" and adds(staff, table, again):
                added.append(table)
    assert (leaked, changed, added) == ([], [], [])
    assert behind(admin, tables) == before


def count(connection, sql, *values):
    try:
        with connection.transaction():
            return connection.execute(sql, list(values)).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return 0


def adds(connection, table, row):
    try:
        with connection.transaction():
            insert(connection, table, row)
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def behind(admin, tables):
    return {t: admin.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}


def test_its_own_worker_sees_the_planted_rows(login, world, tables, planted):
    """The positive control of everything above."""
    staff = login("staff")
    with staff.transaction():
        enter(staff, world.actor("ama").secret)
        seen = [t for t in tables if t not in CLOSED
                and staff.execute(f"SELECT 1 FROM {t} WHERE {key_of(planted[t])} = %s",
                                  [planted[t][key_of(planted[t])]]).fetchall()]  # fmt: skip
    assert seen == [t for t in tables if t not in CLOSED]


# -- pooled connections


@pytest.fixture(scope="module")
def crowd(world, admin):
    """Eight people with different children, and what each may see."""
    for who in ("ama", "ben", "cleo", "ilya", "zoe", "rana"):
        for _ in range(3):
            world.child(who)
    people = ("ama", "ben", "cleo", "ilya", "zoe", "rana", "kofi", "ines")
    expected = {}
    for who in people:
        with (
            psycopg.connect(admin.info.dsn, password=admin.info.password, autocommit=True) as raw,
            raw.transaction(),
        ):
            raw.execute("SET LOCAL ROLE amparo_staff")
            enter(raw, world.actor(who).secret)
            expected[who] = {row[0] for row in raw.execute("SELECT id FROM access_subject").fetchall()}
    assert len({frozenset(v) for v in expected.values()}) >= 6
    return {who: (world.actor(who), expected[who]) for who in people}


class Tally:
    def __init__(self):
        self.lock, self.requests, self.leaks, self.silent, self.errors = threading.Lock(), 0, [], [], []

    def add(self, **lists):
        with self.lock:
            self.requests += 1
            for name, found in lists.items():
                getattr(self, name).extend(found)


def in_threads(work):
    threads = [threading.Thread(target=work, args=(random.Random(n),)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_interleaved_people_on_a_small_pool(database, crowd):
    tally = Tally()

    def ask(pool, chance):
        who = chance.choice(list(crowd))
        actor, allowed = crowd[who]
        way = chance.choice(["plain", "plain", "fails", "aborts", "forgets"])
        with pool.connection() as connection:
            if way == "forgets":
                try:
                    found = connection.execute("SELECT id FROM access_subject").fetchall()
                    tally.add(silent=[(who, len(found))])
                except psycopg.Error as error:
                    tally.add(errors=[] if error.sqlstate == NO_CONTEXT else [error.sqlstate])
                    connection.rollback()
                return
            try:
                with connection.transaction(force_rollback=way == "aborts"):
                    enter(connection, actor.secret)
                    seen = {r[0] for r in connection.execute("SELECT id FROM access_subject").fetchall()}
                    if way == "fails":
                        connection.execute("SELECT 1 / 0")
            except psycopg.errors.DivisionByZero:
                pass
            tally.add(leaks=[(who, i) for i in seen ^ allowed])

    with ConnectionPool(database.url("staff"), min_size=2, max_size=3, open=True) as pool:
        in_threads(lambda chance: [ask(pool, chance) for _ in range(REQUESTS // THREADS)])
    assert tally.requests == REQUESTS
    assert (tally.leaks, tally.silent, tally.errors) == ([], [], [])
    print(f"\npool of 2-3, {THREADS} threads: {tally.requests} requests, 0 rows leaked, 0 silent answers")


def test_interleaved_people_on_djangos_own_pool(django_db_setup, django_db_blocker, crowd):
    from django.db import connection, connections

    from amparo.foundation.acts import query
    from amparo.foundation.errors import NoContext
    from amparo.rooms.access.models import Subject

    @query(None)
    def all_rows(viewer):
        with connection.cursor() as cursor:  # past the second wall: what row security alone lets through
            cursor.execute("SELECT id FROM access_subject")
            return tuple(row[0] for row in cursor.fetchall())

    @query(None)
    def through_both_walls(viewer):
        return tuple(Subject.objects.visible_to(viewer).values_list("id", flat=True))

    @query(None)
    def fails(viewer):
        all_rows(viewer)
        raise LookupError

    def request(chance):
        who = chance.choice([w for w in crowd if w != "kofi"])
        actor, allowed = crowd[who]
        way = chance.choice([all_rows, through_both_walls, fails, None])
        try:
            if way is None:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT id FROM access_subject")
                    tally.add(silent=[who])
            else:
                tally.add(leaks=[(who, i) for i in set(way(actor)) ^ allowed])
        except LookupError:
            tally.add()
        except Exception as error:
            from amparo.foundation.errors import from_database

            is_right = way is None and isinstance(from_database(error), NoContext)
            tally.add(errors=[] if is_right else [repr(error)])
        finally:
            connection.close()  # what the end of a request does: the connection goes back to the pool

    def work(chance):
        for _ in range(REQUESTS // THREADS):
            request(chance)

    tally, default = Tally(), connections["default"]
    default.close_pool()
    options = default.settings_dict["OPTIONS"]
    before, options["pool"] = options["pool"], {"min_size": 2, "max_size": 3, "timeout": 30}
    try:
        with django_db_blocker.unblock():
            in_threads(work)
    finally:
        default.close_pool()
        options["pool"] = before
    assert tally.requests == REQUESTS
    assert (tally.leaks, tally.silent, tally.errors) == ([], [], [])
    print(f"\nDjango's pool of 2-3, {THREADS} threads: {tally.requests} requests, 0 rows leaked")
