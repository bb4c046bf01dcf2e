"""`dev.py bench cases [--rows N]`: what Today, the lists, the team and the search of cases cost, against the budgets.

Built by COPY at 100,000 cases, or at a million with `--rows 1000000`. Fails on a broken budget and on a sequential scan
over a protected table, in the plans of the very statements the pages send.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .ground import SRC, Recorder, database

RUNS = 20
P95_MS = 300.0
MOST_MS = 1000.0
TEAM, MINE, WORKERS_OF_TEAM = 2600, 30, 100
#: name of a viewer -> what that person does
PEOPLE = {1: "worker, 30 cases", 2: "supervisor, 2,600 cases", 3: "coordinator"}


def u(kind: int, n: int) -> str:
    return str(uuid.UUID(int=(kind << 96) | (0x4000 << 64) | (0x8000 << 48) | n))


def unit_of(n: int) -> int:
    """The first cases are the large team's; everybody else's are spread over 498 teams."""
    return 2 if n <= TEAM else 3 + n % 498


def worker_of(n: int) -> int:
    if n <= TEAM:
        return 10 + n % WORKERS_OF_TEAM
    return 1 if n <= TEAM + MINE else 200 + n % 2300


def subjects(rows: int) -> Iterator[tuple[Any, ...]]:
    for n in range(1, rows + 1):
        unit = u(2, 1 if TEAM < n <= TEAM + MINE else unit_of(n))
        yield (
            u(5, n),
            "child",
            f"{n:06x}",
            unit,
            unit,
            "register",
            "CASE_FILE",
            False,
            n % 50 == 0,
            f"-{n * 3} min",
        )


def grants(rows: int) -> Iterator[tuple[Any, ...]]:
    sections = "{register,note,task,attachment,case,people,allegation,screening,identity,contact,place}"
    for n in range(1, rows + 1):
        yield (u(6, n), u(5, n), u(3, worker_of(n)), sections, "write", "assignment", "bench", u(3, 2))


def cases(rows: int) -> Iterator[tuple[Any, ...]]:
    for n in range(1, rows + 1):
        unit = 1 if TEAM < n <= TEAM + MINE else unit_of(n)
        desk = n % 400 == 7
        yield (
            u(9, n), u(5, n), u(2, unit), u(1, 1 + unit % 100), None if desk else u(3, worker_of(n)),
            u(2, unit) if desk else None, f"-{n * 3} min", u(3, 2), 8 + n % 9, 10 + n % 9, ("girl", "boy")[n % 2],
            ("ar", "en", "fr", "so")[n % 4], ("high", "medium", "low", "low")[n % 4],
            None if n % 11 == 0 else f"-{n} min", "plan" if n % 13 == 0 else "fact",
            "police_cell" if n % 97 == 0 and n % 13 else "foster", not (n % 97 == 0 and n % 13),
            ("requested", "appointed", "cannot_now")[n % 3],
        )  # fmt: skip


def clocks(rows: int) -> Iterator[tuple[Any, ...]]:
    for n in range(1, rows + 1):
        unit = u(2, 1 if TEAM < n <= TEAM + MINE else unit_of(n))
        yield (u(10, n), u(5, n), unit, "GUARDIAN_APPOINTMENT", u(9, n), f"{n % 900 - 20} hours")


def copy(
    admin: Any, table: str, columns: str, casts: dict[str, str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """COPY into a plain table of text, then into the real one: relative times become moments on the way."""
    names = columns.split()
    admin.execute(f"CREATE TEMP TABLE stage ({', '.join(f'{name} text' for name in names)})")
    with admin.cursor() as cursor, cursor.copy(f"COPY stage ({', '.join(names)}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)
    values = ", ".join(casts.get(name, "{}").format(name) for name in names)
    extra = casts.get("+", "")
    admin.execute(
        f"INSERT INTO {table} ({', '.join(names)}{casts.get('++', '')}) SELECT {values}{extra} FROM stage"
    )
    admin.execute("DROP TABLE stage")


def load(admin: Any, rows: int) -> None:
    admin.execute("SET session_replication_role = replica")
    for sql in PEOPLE_SQL:
        admin.execute(sql)
    moment = "now() + {}::interval"
    copy(admin, "access_subject",
         "id kind code unit_id home_unit_id section retention_class hold is_restricted opened_at",
         {"id": "{}::uuid", "unit_id": "{}::uuid", "home_unit_id": "{}::uuid", "hold": "{}::boolean",
          "is_restricted": "{}::boolean", "opened_at": moment}, subjects(rows))  # fmt: skip
    copy(admin, "access_grant", "id subject_id actor_id sections mode cause purpose given_by_id",
         {"id": "{}::uuid", "subject_id": "{}::uuid", "actor_id": "{}::uuid", "sections": "{}::varchar[]",
          "given_by_id": "{}::uuid", "+": ", now() - interval '2 days', now() + interval '300 days'",
          "++": ", from_at, until_at"}, grants(rows))  # fmt: skip
    uuids = ("id", "subject_id", "unit_id", "lead_agency_id", "worker_id", "duty_unit_id", "opened_by_id")
    copy(admin, "cases_case",
         "id subject_id unit_id lead_agency_id worker_id duty_unit_id opened_at opened_by_id age_low age_high gender"
         " language risk_level first_seen_at night night_kind is_place_fit guardian",
         {**dict.fromkeys(uuids, "{}::uuid"), "opened_at": moment, "age_low": "{}::int", "age_high": "{}::int",
          "first_seen_at": moment, "is_place_fit": "{}::boolean",
          "+": ", 'case', 'open', current_date, '{}', '', '', now(), now(), 1",
          "++": ", section, state, age_on, understands, sign_language, interpreter_gender, risk_at, night_at, version"},
         cases(rows))  # fmt: skip
    copy(admin, "desk_clock", "id subject_id unit_id code record due_at",
         {"id": "{}::uuid", "subject_id": "{}::uuid", "unit_id": "{}::uuid", "record": "{}::uuid", "due_at": moment,
          "+": ", 'register', now() - interval '40 days', false, '', 0",
          "++": ", section, started_at, may_pause, stopped_by_fact, told_steps"}, clocks(rows))  # fmt: skip
    admin.execute("SET session_replication_role = origin")
    admin.execute("VACUUM ANALYZE")


PEOPLE_SQL = (
    "CREATE FUNCTION pg_temp.u(kind int, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS"
    " $$ SELECT (lpad(to_hex(kind), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$",
    "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
    " SELECT pg_temp.u(1, n), '{}', 'ngo', '{}', '{en}', 'UTC', 'QM', true FROM generate_series(1, 100) n",
    "INSERT INTO access_unit (id, agency_id, names, kind, areas)"
    " SELECT pg_temp.u(2, n), pg_temp.u(1, 1 + n % 100), '{}', 'team', '{}' FROM generate_series(1, 500) n",
    "INSERT INTO access_actor (id, kind, name) SELECT pg_temp.u(3, n), 'person', '' FROM generate_series(1, 2503) n",
    "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
    " SELECT pg_temp.u(3, n), n || '@example.org', 'Person ' || n, 'en', '!', true FROM generate_series(1, 2503) n",
    "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)"
    " SELECT pg_temp.u(4, n), pg_temp.u(3, n),"
    " pg_temp.u(2, CASE WHEN n <= 3 THEN n WHEN n < 110 THEN 2 ELSE 4 + n % 496 END),"
    " CASE n WHEN 2 THEN 'supervisor' WHEN 3 THEN 'coordinator' ELSE 'caseworker' END, now() - interval '1 day'"
    " FROM generate_series(1, 2503) n",
    "INSERT INTO sec.session (secret_hash, actor_id, membership_id, strong_at, expires_at)"
    " SELECT sec._hash('bench-' || n), pg_temp.u(3, n), pg_temp.u(4, n), now(), now() + interval '9 hours'"
    " FROM generate_series(1, 3) n",
)


def asked(viewer: Any) -> dict[str, Callable[[], Any]]:
    """What each person's pages ask, as their views do."""
    from amparo.rooms.access import queries as files
    from amparo.rooms.cases import panels, queries
    from amparo.rooms.desk import panels as desk
    from amparo.rooms.desk.policy import READ_FILE
    from amparo.rooms.vault import queries as vault

    def today() -> None:
        if viewer.has(READ_FILE):
            panels.today(viewer)
            desk.tasks_today(viewer)
        desk.limits_today(viewer)

    found: dict[str, Callable[[], Any]] = {"Today": today, "files": lambda: files.files_for(viewer)}
    if viewer.has(READ_FILE):
        found["my cases"] = lambda: queries.cases_for(viewer, queries.Filters())
        found["team's cases, filtered"] = lambda: queries.cases_for(
            viewer, queries.Filters("team", "high", "contact")
        )
    if viewer.has("REASSIGN"):
        found["team"] = lambda: (queries.team_for(viewer), queries.hand_overs(viewer), queries.covers(viewer))
        found["desk's cases"] = lambda: queries.cases_for(viewer, queries.Filters("duty"))
    if viewer.has("SEARCH_CHILD"):
        found["search by code"] = lambda: vault.find_by_code(viewer, "000A2B")
    return found


def measure(name: str, who: str, run: Callable[[], Any], recorder: Recorder) -> list[str]:
    from django.db import connection

    times: list[float] = []
    with connection.execute_wrapper(recorder):
        recorder.explain, recorder.faults = False, set()
        for number in range(RUNS + 3):
            began = time.perf_counter()
            run()
            if number >= 3:  # the first runs fill caches
                times.append((time.perf_counter() - began) * 1000)
        recorder.explain = True
        run()
    if "AMPARO_BENCH_TELL" in os.environ:
        for sql, ms in sorted(recorder.statements, key=lambda x: -x[1])[:6]:
            print(f"    {ms:7.1f} ms  {' '.join(sql.split())[:1500]}")
    recorder.statements = []
    p95, most = sorted(times)[int(len(times) * 0.95) - 1], max(times)
    print(f"{name:24} {who:26} {statistics.median(times):8.1f} {p95:8.1f} {most:8.1f}")
    broken = [f"{name}, {who}: {fault}" for fault in sorted(recorder.faults)]
    if p95 > P95_MS or most > MOST_MS:
        broken.append(
            f"{name}, {who}: p95 {p95:.0f} ms, slowest {most:.0f} ms; {P95_MS:.0f} and {MOST_MS:.0f} are allowed"
        )
    return broken


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args(given).rows
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amparo.config.settings")
    os.environ |= {"AMPARO_SECRET_KEY": secrets.token_hex(32), "AMPARO_MFA_KEY": secrets.token_hex(32),
                   "AMPARO_KEEPER_SOCKET": "/nonexistent/keeper.sock", "AMPARO_ALLOWED_HOSTS": "localhost",
                   "AMPARO_DEMO": "1", "PYTHONPATH": str(SRC)}  # fmt: skip
    sys.path.insert(0, str(SRC))
    import psycopg

    with database() as (cluster, _urls):
        with contextlib.closing(psycopg.connect(cluster.admin_url("bench"), autocommit=True)) as admin:
            began = time.monotonic()
            load(admin, rows)
            print(f"{rows:,} cases by COPY in {time.monotonic() - began:.0f} s\n", flush=True)
        return tell(measure_all())


def measure_all() -> list[str]:
    import django

    django.setup()
    from django.db import connection

    from amparo.foundation.actors import actor_for
    from amparo.foundation.ids import Secret

    connection.settings_dict["OPTIONS"].pop("pool", None)
    recorder = Recorder({"access_subject", "access_grant", "cases_case", "desk_clock"})
    print(f"{'page':24} {'who':26} {'median':>8} {'p95':>8} {'slowest':>8}   ms")
    broken = []
    for number, who in PEOPLE.items():
        viewer = actor_for(Secret(f"bench-{number}"))
        if viewer is None:
            raise RuntimeError(f"{who}: the sign-in does not stand.")
        for name, run in asked(viewer).items():
            broken += measure(name, who, run, recorder)
    connection.close()
    return broken


def tell(broken: list[str]) -> int:
    for fault in broken:
        print(f"FAIL  {fault}")
    print("" if broken else "\nEvery plan by index; every budget kept.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
