"""`amparo`: the command line of an installed system."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ABOUT = """\
Run and look after an installed Amparo.

Each process reads its settings from environment variables and has a database login of its own; no process
needs root. A usual order on a new system:

  amparo provision --server 'postgresql://postgres@/postgres?host=/run/postgresql' --passwords passwords.json
  amparo migrate            as amparo_owner
  amparo keeper             as amparo_keeper; the only process that may read the key file
  amparo first-administrator --agency 'Name of the office' --name 'Full Name' --email them@example.org
  amparo worker             as amparo_worker
  amparo serve staff        as amparo_staff, behind a proxy that ends TLS
  amparo serve public       as amparo_public, behind a proxy that writes no request log
  amparo doctor             with the environment of any of them: says what is wrong and what to do
"""
VARIABLES = """\
environment variables:
  AMPARO_DATABASE_URL    postgresql://LOGIN:PASSWORD@HOST/amparo of this process's own login
  AMPARO_SECRET_KEY      at least 50 random characters, the same for every door and the worker
  AMPARO_ALLOWED_HOSTS   host names of the door, commas between
  AMPARO_MFA_KEY         64 hexadecimal digits; seals second steps of sign-in (staff door)
  AMPARO_KEEPER_SOCKET   path of the keeper's socket (staff door, worker, keeper)
  AMPARO_KEK_FILE        the keeper's key file, mode 0600, owned by its user (keeper only)
  AMPARO_KEKS            64 hexadecimal digits instead of a key file; not for real data (keeper only)
  AMPARO_STATIC_ROOT     folder of collected static files (amparo manage collectstatic)
  AMPARO_MAIL_HOST       where notices are handed over (localhost)
"""
Do = Callable[[argparse.Namespace], int]
COMMANDS = ("serve", "worker", "keeper", "migrate", "provision", "first-administrator", "doctor", "manage")


def main(given: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if given is None else list(given)
    if given[:1] == ["manage"]:
        return in_one_line(lambda: manage(given[1:]))
    chosen = parser().parse_args(given)
    if not hasattr(chosen, "do"):
        parser().print_help()
        return 2
    return in_one_line(lambda: chosen.do(chosen))


def in_one_line(do: Callable[[], int]) -> int:
    """What a person can put right is said in one line; anything else is a fault and shows itself."""
    try:
        return do()
    except Exception as error:
        known = {"EnvironmentProblem", "StartProblem", "KeksError", "SettingsError"}
        if not known & {kind.__name__ for kind in type(error).__mro__}:
            raise
        print(f"amparo: {error}", file=sys.stderr)
        return 1


SERVE = """\
Serve one door over HTTP. Put a proxy that ends TLS in front of it.

example:
  amparo serve staff --host 127.0.0.1 --port 8000 --workers 4
"""
WORKER = "Run the jobs that actions and the calendar queue: clocks, notices, retention, indexing."
KEEPER = """\
Hold the keys and open sealed values for those who may.

It listens on a Unix socket only and writes every opening to the log before it answers.
"""
MIGRATE = """\
Apply migrations. AMPARO_DATABASE_URL names the login amparo_owner.
Run it before the doors of a new version start.
"""
PROVISION = """\
Make or repair the database's logins, the database and its schemas.
Safe to run again: it puts every attribute right and deletes nothing.

example:
  amparo provision --server 'postgresql://postgres@/postgres?host=/run/postgresql' --passwords passwords.json
"""
FIRST = """\
Make the first agency and the administrator who adds everybody else. Works once, while nobody is there.

AMPARO_DATABASE_URL names the login amparo_owner, AMPARO_KEEPER_SOCKET a running keeper that takes this user for
a worker. The password is shown once: it opens nothing but the page that sets up a second step, and is changed
under Account after that.

example:
  amparo first-administrator --agency 'National office' --name 'Full Name' --email them@example.org
"""
DOCTOR = """\
Check environment, database, login, row security, keeper, key file, clock and migrations, with the environment
of the process you ask for. Each line is OK, PROBLEM (with what to do) or UNSEEN (this login may not look).
Ends with 1 when there is a problem.
"""


def parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    whole = argparse.ArgumentParser(prog="amparo", description=ABOUT, epilog=VARIABLES, formatter_class=raw)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, does: str, text: str, do: Do) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=does, description=text, formatter_class=raw)
        made.set_defaults(do=do)
        return made

    serve_options(add("serve", "run a door (staff or public)", SERVE, serve_door))
    worker_options(add("worker", "run jobs: clocks, notices, retention", WORKER, run_worker))
    add("keeper", "run the key service", KEEPER, run_keeper)
    migrate_options(add("migrate", "bring the database up to date", MIGRATE, run_migrate))
    provision_options(add("provision", "make logins, database and schemas", PROVISION, run_provision))
    first_options(add("first-administrator", "make the first agency and person", FIRST, run_first))
    add("doctor", "look for what is wrong", DOCTOR, run_doctor)
    add("manage", "Django's own commands, such as collectstatic", "", lambda _: 0)
    return whole


def serve_options(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("door", choices=("staff", "public"))
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8000, help="port to listen at (8000)")
    serve.add_argument("--workers", type=int, default=1, help="processes; about two for each core (1)")
    serve.add_argument("--threads", type=int, default=6, help="threads in each process (6)")


def worker_options(worker: argparse.ArgumentParser) -> None:
    worker.add_argument("--once", action="store_true", help="do what is waiting and end")
    worker.add_argument("--concurrency", type=int, default=2, help="jobs at the same time (2)")


def migrate_options(migrate: argparse.ArgumentParser) -> None:
    migrate.add_argument("--quiet", action="store_true", help="say nothing when all goes well")
    migrate.add_argument("--plan", action="store_true", help="only show what would be done")


def provision_options(provision: argparse.ArgumentParser) -> None:
    file = "JSON {login: password}, mode 0600; made with random passwords when absent"
    provision.add_argument(
        "--server", required=True, metavar="URL", help="the server, as one of its superusers"
    )
    provision.add_argument("--database", default="amparo", help="name of the database (amparo)")
    provision.add_argument("--passwords", required=True, type=Path, metavar="FILE", help=file)


def first_options(first: argparse.ArgumentParser) -> None:
    first.add_argument(
        "--agency", required=True, metavar="NAME", help="what the coordinating office is called"
    )
    first.add_argument("--name", required=True, help="the administrator's name, as colleagues will see it")
    first.add_argument("--email", required=True, help="the address they sign in with")
    first.add_argument("--time-zone", default="UTC", help="where the office counts its days (UTC)")
    first.add_argument(
        "--calendar", default="", help="its working calendar, a country's code (none: no day is off)"
    )


def django(door: str | None = None) -> None:
    """Read the environment first, so that a gap is named in one line and not by a traceback."""
    from amparo.config.env import read_env

    if door:
        os.environ["AMPARO_DOOR"] = door
    os.environ.setdefault("AMPARO_DOOR", "migrate")
    read_env()
    os.environ["DJANGO_SETTINGS_MODULE"] = "amparo.config.settings"


def manage(given: list[str]) -> int:
    from django.core.management import execute_from_command_line

    django()
    execute_from_command_line(["amparo manage", *given])
    return 0


def serve_door(chosen: argparse.Namespace) -> int:
    django(chosen.door)
    where = ["--bind", f"{chosen.host}:{chosen.port}"]
    size = ["--worker-class", "gthread", "--workers", str(chosen.workers), "--threads", str(chosen.threads)]
    # No access log: an address or a path in a log would say who asked about which child.
    quiet = ["--log-level", "warning", "--no-control-socket", "--graceful-timeout", "8"]
    application = f"amparo.config.doors.{chosen.door}.wsgi:application"
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", application, *where, *size, *quiet])


def run_worker(chosen: argparse.Namespace) -> int:
    django("worker")
    from amparo.runtime.worker import run

    run(once=chosen.once, concurrency=chosen.concurrency)
    return 0


def run_keeper(_: argparse.Namespace) -> int:
    import logging

    from amparo.keeper.server import serve

    logging.basicConfig(format="keeper: %(message)s", level=logging.INFO)
    serve(os.environ)
    return 0


def run_migrate(chosen: argparse.Namespace) -> int:
    django("migrate")
    from django.core.management import call_command, execute_from_command_line

    if chosen.plan:
        execute_from_command_line(["amparo", "migrate", "--plan"])
        return 0
    import django as library

    library.setup()
    call_command("migrate", interactive=False, verbosity=0 if chosen.quiet else 1)
    return 0


def run_provision(chosen: argparse.Namespace) -> int:
    from amparo.runtime.passwords import read_or_make
    from amparo.runtime.provision import PREFIX, provision

    passwords = read_or_make(chosen.passwords)
    provision(chosen.server, chosen.database, passwords)
    print(f"The database {chosen.database} and its logins stand:")
    for login in passwords:
        print(f"  {PREFIX}{login}")
    print(f"Their passwords are in {chosen.passwords}. Next: amparo migrate, as amparo_owner.")
    return 0


def run_first(chosen: argparse.Namespace) -> int:
    django("migrate")
    import django as library

    library.setup()
    from amparo.runtime import first

    person = first.Administrator(chosen.email, chosen.name, first.new_password())
    agency = first.Agency({"en": chosen.agency}, chosen.time_zone, chosen.calendar)
    first.checked(agency, person)
    first.first_administrator(os.environ["AMPARO_DATABASE_URL"], agency, person)
    print(
        f"{person.name} administers {chosen.agency}. Sign in once at the staff door and set up a second step:"
    )
    print(f"  address   {person.email}\n  password  {person.password}")
    print("It is not shown again. Change it after the first sign-in.")
    return 0


def run_doctor(_: argparse.Namespace) -> int:
    from amparo.runtime.doctor import examine

    return examine()


if __name__ == "__main__":
    sys.exit(main())
