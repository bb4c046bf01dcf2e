"""The demo's database: made from the template, filled with the invented world, thrown away on request.

A comment on the database says what it is and how far it got, so that a start after a kill knows; a database
without that comment was not made by the demo and is never touched.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from amparo.runtime import provision, template
from amparo.runtime.environments import DATABASE, Environments
from amparo.runtime.folders import write_private
from amparo.runtime.problems import StartProblem, disk_full

MARK = "Amparo demo"
LOADER = "amparo.runtime.demo"
DEMO_SOURCES = ("runtime/demo/*.*",)
Say = Callable[[str], None]


class World:
    def __init__(self, environments: Environments, say: Say) -> None:
        self._environments = environments
        self._admin_url = environments.admin_url
        self._name = environments.database
        self._passwords = environments.secrets.passwords
        self._say = say

    def prepare(self) -> None:
        """The migrated database, before anybody is in it."""
        exists, comment = state(self._admin_url, self._name)
        if exists and not comment.startswith(MARK):
            raise StartProblem(
                f"The server already has a database named {self._name} that the demo did not make.",
                "Use another server for the demo, or rename that database.",
            )
        wanted = template.digest(DEMO_SOURCES)
        if exists and comment == f"{MARK} {wanted} ready":
            provision.provision(self._admin_url, self._name, self._passwords)
            return
        if exists:
            self._say(self._why_anew(comment, wanted))
            drop_world(self._admin_url, self._name)
            self._environments.folder.forget_world()
        self._make(wanted)

    @staticmethod
    def _why_anew(comment: str, wanted: str) -> str:
        # Everything in it is invented, so making it anew is safer than mending it.
        if wanted in comment:
            return "The demo world was only half there after an interruption; making it anew."
        return "The program changed since the demo world was made; making it anew."

    def _make(self, wanted: str) -> None:
        self._say("Laying out the database …")
        name = template.ensure(self._admin_url, self._passwords)
        # The template may have been made by another run with other passwords: put the roles right first.
        provision.clone(self._admin_url, name, self._name)
        provision.provision(self._admin_url, self._name, self._passwords)
        self._mark(f"{MARK} {wanted} loading")

    def load(self) -> list[dict[str, object]]:
        """Fill the new database once; who may be signed in as is kept beside it for later starts."""
        folder = self._environments.folder
        _, comment = state(self._admin_url, self._name)
        if "loading" not in comment:
            return folder.people()
        people: list[dict[str, object]] = []
        if find_spec(LOADER):
            self._say("Inventing a country, its agencies and people …")
            people = self._run_loader()
        write_private(folder.people_file, json.dumps(people, ensure_ascii=False, indent=1))
        self._mark(comment.replace("loading", "ready"))
        return people

    def _run_loader(self) -> list[dict[str, object]]:
        log = self._environments.folder.logs / "demo.log"
        with log.open("wb") as err:
            done = subprocess.run(
                [sys.executable, "-m", LOADER, "load"],
                env=self._environments.load(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err,
            )  # fmt: skip
        if done.returncode:
            self._explain(log)
        lines = done.stdout.decode().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def _explain(self, log: Path) -> None:
        tail = log.read_text(errors="replace").strip().splitlines()[-12:]
        if any("No space left" in line for line in tail):
            raise disk_full("the database")
        raise StartProblem("The demo world could not be made:\n" + "\n".join(tail), f"More stands in {log}.")

    def _mark(self, text: str) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as server:
            server.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(self._name), sql.Literal(text))
            )


def drop_world(admin_url: str, database: str = DATABASE) -> None:
    exists, comment = state(admin_url, database)
    if exists and not comment.startswith(MARK):
        raise StartProblem(
            f"The demo did not make the database {database} on that server, so it is not removed."
        )
    provision.drop(admin_url, database)


def state(admin_url: str, database: str) -> tuple[bool, str]:
    """Whether the database is there, and what its comment says."""
    with psycopg.connect(admin_url, autocommit=True) as server:
        row = server.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s",
            [database],
        ).fetchone()
    return row is not None, row[0] if row else ""
