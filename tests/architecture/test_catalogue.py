"""The database's own catalogue, asked after the migrations: what a policy file says is not what counts."""

from __future__ import annotations

import pytest

from amparo.config.third_party import TABLES

RUN_TIME = ("staff", "public", "exchange", "worker", "keeper", "sealer", "stats", "auditor")
#: Tables of `sec`, `audit` and `keeper` are nobody's but functions': no run-time login may name one, save these.
DIRECT = {
    ("amparo_keeper", "keeper"), ("amparo_backup", "keeper"), ("amparo_backup", "audit"), ("amparo_backup", "sec"),
    ("amparo_auditor", "audit"), ("amparo_sealer", "audit"),
}  # fmt: skip
OURS = "('public', 'sec', 'audit', 'keeper', 'intake')"


@pytest.fixture
def ask(admin):
    return lambda sql, *values: admin.execute(sql, list(values)).fetchall()


def test_every_table_forces_row_security_or_is_listed(ask):
    rows = ask(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
    )
    assert sorted(name for name, forced in rows if not forced and name not in TABLES) == []
    assert sum(forced for _, forced in rows) >= 20


def test_listed_tables_exist_and_need_the_list(ask):
    forced = dict(
        ask("SELECT relname, relforcerowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    )
    assert [t for t in TABLES if t not in forced or forced[t]] == []


def test_every_forced_table_has_a_policy_or_no_run_time_reader(ask):
    open_without_policy = ask(
        "SELECT DISTINCT c.relname, r.rolname FROM pg_class c, pg_roles r WHERE c.relforcerowsecurity"
        " AND r.rolname LIKE 'amparo\\_%%' AND r.rolname NOT IN ('amparo_owner', 'amparo_definer', 'amparo_backup')"
        " AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
        " AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND r.oid = ANY (p.polroles))"
    )
    assert open_without_policy == []


def test_no_policy_speaks_to_everybody(ask):
    assert ask("SELECT polname, polrelid::regclass FROM pg_policy WHERE 0 = ANY (polroles)") == []


def test_every_row_about_a_child_is_blocked_restrictively(ask):
    """A block on the file alone leaks through its children: the RESTRICTIVE policy stands on each of them."""
    lacking = ask(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'subject_id'"
        " JOIN pg_attribute s ON s.attrelid = c.oid AND s.attname = 'section' WHERE c.relkind = 'r'"
        " AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive"
        "                 AND p.polcmd = '*' AND p.polname = 'blocked')"
    )
    assert lacking == []


def test_children_tables_are_tied_to_unit_and_section(ask):
    rows = ask(
        "SELECT c.relname, EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'"
        "  AND k.confrelid = 'access_subject'::regclass AND array_length(k.conkey, 1) = 2 AND k.confupdtype = 'c')"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'subject_id'"
        " JOIN pg_attribute s ON s.attrelid = c.oid AND s.attname = 'section' WHERE c.relkind = 'r'"
    )
    assert len(rows) >= 8
    assert [name for name, tied in rows if not tied] == []


def test_views_run_with_their_reader_s_rights(ask):
    assert (
        ask(
            f"SELECT relname FROM pg_class WHERE relkind IN ('m') AND relnamespace::regnamespace::text IN {OURS}"
        )
        == []
    )
    views = ask(
        f"SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace::regnamespace::text IN {OURS}"
        " AND NOT coalesce(reloptions, '{}') @> ARRAY['security_invoker=true']"
    )
    assert views == []


def test_functions_that_lend_rights_fix_their_search_path(ask):
    rows = ask(
        "SELECT p.oid::regprocedure::text, p.proconfig FROM pg_proc p WHERE p.prosecdef"
        " AND p.pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"
    )
    assert len(rows) >= 60
    good = ["search_path=pg_catalog, pg_temp"]
    assert [name for name, config in rows if config != good] == []


def test_functions_that_lend_rights_belong_to_the_definer(ask):
    assert (
        ask(
            "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.prosecdef AND p.proowner::regrole::text <> 'amparo_definer'"
            " AND p.pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"
        )
        == []
    )


def test_helpers_lend_no_rights_and_no_login_may_call_them(ask):
    rows = ask(
        "SELECT p.oid::regprocedure::text, p.prosecdef, array(SELECT r.rolname FROM pg_roles r WHERE r.rolname"
        " LIKE 'amparo\\_%%' AND r.rolname NOT IN ('amparo_owner', 'amparo_definer')"
        " AND has_function_privilege(r.oid, p.oid, 'EXECUTE')) FROM pg_proc p"
        " WHERE p.pronamespace::regnamespace::text IN ('sec', 'audit', 'intake') AND p.proname LIKE '\\_%%'"
    )
    assert len(rows) >= 10
    assert [name for name, lends, callers in rows if lends or callers] == []


def test_nothing_is_granted_to_everybody(ask):
    functions = ask(
        "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace::regnamespace::text IN ('sec', 'audit', 'keeper', 'intake')"
        " AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))"
    )
    tables = ask(
        f"SELECT c.oid::regclass FROM pg_class c, aclexplode(c.relacl) a WHERE a.grantee = 0"
        f" AND c.relnamespace::regnamespace::text IN {OURS}"
    )
    columns = ask("SELECT attrelid::regclass, attname FROM pg_attribute, aclexplode(attacl) a WHERE a.grantee = 0"
                  " AND attrelid >= 16384")  # fmt: skip
    schemas = ask(
        f"SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a WHERE a.grantee = 0 AND n.nspname IN {OURS}"
    )
    database = ask(
        "SELECT d.datname FROM pg_database d, aclexplode(d.datacl) a WHERE a.grantee = 0 AND d.datname = current_database()"
    )
    assert (functions, tables, columns, schemas, database) == ([], [], [], [], [])


def test_functions_in_public_are_called_by_the_worker_and_the_definer_only(ask):
    rows = ask(
        "SELECT p.oid::regprocedure::text, r.rolname FROM pg_proc p, pg_roles r WHERE p.pronamespace = 'public'::regnamespace"
        " AND p.prorettype <> 'trigger'::regtype AND r.rolname LIKE 'amparo\\_%%'"
        " AND r.rolname NOT IN ('amparo_owner', 'amparo_definer', 'amparo_worker')"
        " AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"
    )
    assert rows == []


def test_run_time_logins_hold_no_dangerous_attribute(ask):
    rows = ask(
        "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'amparo\\_%%'"
    )
    assert len(rows) >= 11
    assert [name for name, dangerous, _ in rows if dangerous] == []
    assert sorted(n for n, _, bypasses in rows if bypasses) == ["amparo_backup", "amparo_definer"]
    assert ask("SELECT rolname FROM pg_roles WHERE rolname = 'amparo_definer' AND rolcanlogin") == []


def test_run_time_logins_own_nothing_and_belong_to_nobody(ask):
    logins = [f"amparo_{r}" for r in (*RUN_TIME, "backup")]
    assert ask(
        "SELECT c.relname FROM pg_class c WHERE c.relowner::regrole::text = ANY (%s)"
        " UNION ALL SELECT p.proname FROM pg_proc p WHERE p.proowner::regrole::text = ANY (%s)"
        " UNION ALL SELECT n.nspname FROM pg_namespace n WHERE n.nspowner::regrole::text = ANY (%s)",
        logins, logins, logins,
    ) == []  # fmt: skip
    members = ask(
        "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members"
        " WHERE member::regrole::text LIKE 'amparo\\_%%' OR roleid::regrole::text LIKE 'amparo\\_%%'"
    )
    ours = [m for m in members if m[0].startswith("amparo_")]
    assert ours == [("amparo_owner", "amparo_definer")]


def test_the_definer_owns_functions_and_no_table(ask):
    assert (
        ask(
            "SELECT relname FROM pg_class WHERE relowner = 'amparo_definer'::regrole AND relkind IN ('r', 'v')"
        )
        == []
    )


def test_run_time_logins_make_no_objects(ask):
    rows = ask(
        f"SELECT r.rolname, n.nspname FROM pg_roles r, pg_namespace n WHERE n.nspname IN {OURS}"
        " AND r.rolname LIKE 'amparo\\_%%' AND r.rolname NOT IN ('amparo_owner', 'amparo_definer')"
        " AND has_schema_privilege(r.oid, n.oid, 'CREATE')"
    )
    temporary = ask(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'amparo\\_%%' AND rolname <> 'amparo_owner'"
        " AND has_database_privilege(oid, current_database(), 'TEMPORARY, CREATE')"
    )
    assert (rows, temporary) == ([], [])


def test_closed_schemas_are_reached_by_functions_alone(ask):
    rows = ask(
        "SELECT DISTINCT r.rolname, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles r"
        " WHERE n.nspname IN ('sec', 'audit', 'keeper') AND c.relkind IN ('r', 'v') AND r.rolname LIKE 'amparo\\_%%'"
        " AND r.rolname NOT IN ('amparo_owner', 'amparo_definer')"
        " AND has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')"
    )
    assert [pair for pair in rows if pair not in DIRECT] == []


def test_what_staff_may_do_to_libraries_tables_is_what_is_declared(ask):
    real = {
        table: set(found or [])
        for table, found in ask(
            "SELECT c.relname, array(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p"
            " WHERE has_table_privilege('amparo_staff', c.oid, p)) FROM pg_class c"
            " WHERE c.relkind = 'r' AND c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace",
            list(TABLES),
        )
    }
    declared = {
        table: {w.strip() for w in what.split(",") if w.strip()} for table, (what, _, _) in TABLES.items()
    }
    assert {t: (real[t], declared[t]) for t in declared if real[t] != declared[t]} == {}


def test_nobody_deletes_rows_about_a_child_but_the_worker(ask):
    rows = ask(
        "SELECT c.relname, r.rolname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'subject_id'"
        " JOIN pg_attribute s ON s.attrelid = c.oid AND s.attname = 'section', pg_roles r WHERE c.relkind = 'r'"
        " AND r.rolname LIKE 'amparo\\_%%' AND r.rolname NOT IN ('amparo_owner', 'amparo_definer', 'amparo_worker')"
        " AND has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE')"
    )
    assert rows == []


def test_the_log_is_only_ever_added_to(ask):
    rows = ask(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'amparo\\_%%' AND rolname <> 'amparo_owner'"
        " AND has_any_column_privilege(oid, 'audit.entry', 'UPDATE')"
        " OR rolname LIKE 'amparo\\_%%' AND rolname <> 'amparo_owner' AND has_table_privilege(oid, 'audit.entry', 'DELETE, TRUNCATE')"
    )
    assert rows == []
