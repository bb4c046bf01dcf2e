"""`dev.py bench`: what the ground's questions cost at 200,000 children, against the budgets.

Fails on a broken budget, on a sequential scan over a protected table, and on a hashed sub-plan over grants: the plans
are those of the very statements the queries send, explained in the same transaction with the same parameters.
"""

from __future__ import annotations

import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SRC = HERE.parent / "src"
RUNS = 30
#: case -> milliseconds that the server takes at the median; for the search, the whole of both questions.
BUDGETS = {
    "key read": 0.5,
    "capped count": 10.0,
    "list of files": 10.0,
    "Today": 50.0,
    "search by phone": 10.0,
}
LARGE = 1000  # rows: a scan over a smaller table is the right plan
PEOPLE = {1: "worker, 30 files", 2: "supervisor, 2,600 files", 3: "coordinator, 200,000 files"}


@dataclass
class Measured:
    case: str
    who: str
    sql: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    faults: set[str] = field(default_factory=set)

    def line(self) -> str:
        p95 = sorted(self.sql)[int(len(self.sql) * 0.95) - 1]
        budget = BUDGETS[self.case]
        state = "ok" if self.is_within else "BROKEN"
        return (f"{self.case:16} {self.who:28} {statistics.median(self.sql):8.2f} {p95:8.2f} "
                f"{statistics.median(self.whole):9.2f} {budget:8.1f}  {state}")  # fmt: skip

    @property
    def is_within(self) -> bool:
        return statistics.median(self.sql) <= BUDGETS[self.case]


class Recorder:
    """Asks the server to explain each statement about protected rows: its plan, and the time it took there."""

    def __init__(self, protected: set[str]) -> None:
        self.protected, self.explain = protected, False
        self.statements: list[tuple[str, float]] = []
        self.faults: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.explain and sql.lstrip().startswith("SELECT") and any(t in sql for t in self.protected):
            context["cursor"].cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, params)
            plan = context["cursor"].cursor.fetchone()[0]
            plan = plan if isinstance(plan, list) else json.loads(plan)
            self.faults |= set(faults(plan, self.protected))
            self.statements.append((sql, plan[0]["Execution Time"]))
        return execute(sql, params, many, context)


def faults(plan: list[dict[str, Any]], protected: set[str]) -> Iterator[str]:
    stack = [plan[0]["Plan"]]
    while stack:
        node = stack.pop()
        stack += node.get("Plans", [])
        if node["Node Type"] in ("Seq Scan", "Parallel Seq Scan") and node["Relation Name"] in protected:
            yield f"sequential scan over {node['Relation Name']}"
        conditions = " ".join(str(v) for k, v in node.items() if k.endswith(("Filter", "Cond")))
        if "hashed SubPlan" in conditions:
            yield f"hashed sub-plan on {node.get('Relation Name', node['Node Type'])}"


@contextmanager
def database() -> Iterator[tuple[Any, dict[str, str]]]:
    from amparo.runtime.postgres import Cluster
    from amparo.runtime.provision import login_url, provision

    logins = ("owner", "staff", "public", "worker", "keeper")
    passwords = {login: secrets.token_hex(12) for login in logins}
    with Cluster.temporary() as cluster:
        provision(cluster.admin_url(), "bench", passwords)
        urls = {
            name: login_url(cluster.admin_url("bench"), "bench", name, passwords[name]) for name in logins
        }
        os.environ.update(AMPARO_DATABASE_URL=urls["staff"], AMPARO_DOOR="staff")
        env = {**os.environ, "AMPARO_DOOR": "migrate", "AMPARO_DATABASE_URL": urls["owner"]}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=env, check=True)
        yield cluster, urls


def load(admin: Any) -> set[str]:
    """Fills the database. Gives the protected tables that are large enough to be scanned by mistake."""
    admin.execute((HERE / "load.sql").read_text(encoding="utf-8"))
    admin.execute("VACUUM ANALYZE")
    rows = admin.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relforcerowsecurity AND reltuples > %s"
        " AND relname NOT IN ('access_person', 'access_actor', 'access_membership')",
        [LARGE],
    ).fetchall()
    return {name for (name,) in rows}


def cases(viewer: Any, mine: Any) -> dict[str, Callable[[], Any]]:
    from amparo.rooms.access import queries as files
    from amparo.rooms.desk import queries as desk
    from amparo.rooms.desk.policy import READ_FILE

    def today() -> None:
        if viewer.has(READ_FILE):
            desk.tasks_of(viewer)
        desk.overdue_limits(viewer)

    return {
        "key read": lambda: files.file_for(viewer, mine),
        "capped count": lambda: files.files_for(viewer),
        "list of files": lambda: files.files_for(viewer),
        "Today": today,
    }


def measure(case: str, who: str, run: Callable[[], Any], recorder: Recorder) -> Measured:
    from django.db import connection

    it = Measured(case, who)
    with connection.execute_wrapper(recorder):
        for number in range(RUNS + 4):
            recorder.explain = False
            began = time.perf_counter()
            run()
            whole = (time.perf_counter() - began) * 1000
            recorder.explain, recorder.statements = True, []
            run()
            if number < 4:  # the first runs fill caches
                continue
            times = [ms for _, ms in recorder.statements]
            chosen = {"key read": times[:1], "capped count": times[:1], "list of files": times[1:2]}
            it.sql.append(sum(chosen.get(case, times)))
            it.whole.append(whole)
    it.faults, recorder.faults = recorder.faults, set()
    return it


def search(admin: Any, url: str, number: int, protected: set[str]) -> Measured:
    """The database's part of a search by phone: candidates by the blind index, then those the person may see."""
    import psycopg

    it = Measured("search by phone", PEOPLE[number])
    with psycopg.connect(url, autocommit=True) as keeper:
        for n in range(RUNS + 4):
            macs = [(n * 31 + k).to_bytes(2, "big") for k in range(2)]
            began = time.perf_counter()
            found = keeper.execute("SELECT subject FROM sec.term_candidates('phone', %s)", [macs]).fetchall()
            keeper.execute(
                "SELECT sec.may_see(%s, %s)", [f"bench-{number}", [r[0] for r in found]]
            ).fetchone()
            took = (time.perf_counter() - began) * 1000
            if n >= 4:
                it.sql.append(took)
                it.whole.append(took)
    body = admin.execute("SELECT prosrc FROM pg_proc WHERE proname = 'term_candidates'").fetchone()[0]
    body = body.replace("t.field = wanted", "t.field = 'phone'").replace(
        "ANY (macs)", r"ANY ('{\\x001f}'::bytea[])"
    )
    plan = admin.execute("EXPLAIN (FORMAT JSON) " + body).fetchone()[0]
    it.faults = set(faults(plan, protected))
    return it


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amparo.config.settings")
    os.environ |= {"AMPARO_SECRET_KEY": secrets.token_hex(32), "AMPARO_MFA_KEY": secrets.token_hex(32),
                   "AMPARO_KEEPER_SOCKET": "/nonexistent/keeper.sock", "AMPARO_ALLOWED_HOSTS": "localhost",
                   "AMPARO_DEMO": "1", "PYTHONPATH": str(SRC)}  # fmt: skip
    sys.path.insert(0, str(SRC))
    import psycopg

    with database() as (cluster, urls), psycopg.connect(cluster.admin_url("bench"), autocommit=True) as admin:
        print("Loading 200,000 children and 840,000 grants ...", flush=True)
        began = time.monotonic()
        protected = load(admin)
        print(f"  {time.monotonic() - began:.0f} s; large protected tables: {', '.join(sorted(protected))}\n")
        done = measure_all(admin, urls["keeper"], protected)
    return tell(done)


def measure_all(admin: Any, keeper_url: str, protected: set[str]) -> list[Measured]:
    import django

    django.setup()
    from django.db import connection

    from amparo.foundation.actors import actor_for
    from amparo.foundation.ids import Secret

    connection.settings_dict["OPTIONS"].pop("pool", None)
    done, recorder = [], Recorder(protected)
    for number, who in PEOPLE.items():
        viewer = actor_for(Secret(f"bench-{number}"))
        if viewer is None:
            raise RuntimeError(f"{who}: the sign-in does not stand.")
        # the worker's children are those of an assignment; the team's are the first ones
        mine = admin.execute(
            "SELECT subject_id FROM access_grant WHERE actor_id = %s LIMIT 1", [viewer.id]
        ).fetchone() or admin.execute(
            "SELECT id FROM access_subject WHERE NOT is_restricted AND unit_id = %s LIMIT 1",
            ["00000002-0000-4000-8000-000000000002"],
        ).fetchone()  # fmt: skip
        for case, run in cases(viewer, mine[0]).items():
            done.append(measure(case, who, run, recorder))
        if viewer.has("SEARCH_CHILD"):
            done.append(search(admin, keeper_url, number, protected))
    connection.close()
    return done


def tell(done: list[Measured]) -> int:
    print(f"{'case':16} {'size':28} {'sql ms':>8} {'p95':>8} {'whole ms':>9} {'budget':>8}")
    for it in done:
        print(it.line())
    broken = [f"{m.case}, {m.who}: {fault}" for m in done for fault in sorted(m.faults)]
    broken += [f"{m.case}, {m.who}: over its budget" for m in done if not m.is_within]
    for fault in broken:
        print(f"FAIL  {fault}")
    print("\nEvery plan by index; every budget kept." if not broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
