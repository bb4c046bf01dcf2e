"""Mistakes that could be made in the walls of the database, each planted in a copy of it by an administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Hole = Callable[[Any], None]


def say(*statements: str) -> Hole:
    def plant(admin: Any) -> None:
        for statement in statements:
            admin.execute(statement)

    return plant


def in_function(name: str, old: str, new: str) -> Hole:
    """The function with one part of its text exchanged. Raises when that part is not there."""

    def plant(admin: Any) -> None:
        source = admin.execute("SELECT pg_get_functiondef(%s::regprocedure)", [name]).fetchone()[0]
        if old not in source:
            raise AssertionError(f"{name} does not hold {old!r} any more")
        admin.execute(source.replace(old, new))

    return plant


def in_policy(table: str, policy: str, old: str, new: str) -> Hole:
    """The policy with one part of its condition exchanged, in USING and in WITH CHECK."""

    def plant(admin: Any) -> None:
        using, check = admin.execute(
            "SELECT pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy"
            " WHERE polrelid = %s::regclass AND polname = %s",
            [table, policy],
        ).fetchone()
        if old not in (using or "") + (check or ""):
            raise AssertionError(f"{policy} on {table} does not hold {old!r} any more: {using} {check}")
        parts = [f"USING ({using.replace(old, new)})"] if using else []
        parts += [f"WITH CHECK ({check.replace(old, new)})"] if check else []
        admin.execute(f"ALTER POLICY {policy} ON {table} {' '.join(parts)}")

    return plant


UNITS, SESSION = "sec._units(text[],text,text)", "sec._session(text)"
HOLES: dict[str, Hole] = {
    "a read policy was dropped": say("DROP POLICY see ON desk_note"),
    "a read policy says true": say("ALTER POLICY see ON desk_note USING (true)"),
    "a second read policy says true": say("CREATE POLICY more ON desk_task FOR SELECT TO amparo_staff USING (true)"),
    "the block is missing on the notes": say("DROP POLICY blocked ON desk_note"),
    "the block is missing on the file alone": say("DROP POLICY blocked ON access_subject"),
    "the block is permissive": say(
        "DROP POLICY blocked ON desk_task",
        "CREATE POLICY blocked ON desk_task FOR ALL TO amparo_staff"
        " USING (subject_id <> ALL ((SELECT sec.blocked())::uuid[]))",
    ),
    "documents are read by whoever reads notes": in_policy("desk_attachment", "see", "'attachment'", "'note'"),
    "chunks are read by whoever reads the register": in_policy(
        "desk_attachmentchunk", "see", "'attachment'", "'register'"
    ),
    "earlier versions forget their section": say(
        "ALTER POLICY see ON desk_revision USING (EXISTS (SELECT 1 FROM access_grant g WHERE g.subject_id ="
        " desk_revision.subject_id AND g.actor_id = (SELECT sec.grantee()) AND g.until_at > now()))"
    ),
    "row security is off": say("ALTER TABLE desk_clockpause DISABLE ROW LEVEL SECURITY"),
    "the owner is not forced": say("ALTER TABLE desk_note NO FORCE ROW LEVEL SECURITY",),
    "a grant never ends": in_policy("desk_task", "see", "(g.until_at > now())", "true"),
    "a grant begins at once": in_policy("desk_note", "see", "(g.from_at <= now())", "true"),
    "grants of others count": in_policy(
        "desk_note", "see", "(g.actor_id = ( SELECT sec.grantee() AS grantee))", "true"
    ),
    "whoever reads may write": in_policy("desk_note", "add", "((g.mode)::text = 'write'::text)", "true"),
    "whoever reads may change": in_policy("desk_task", "change", "((g.mode)::text = 'write'::text)", "true"),
    "the register shows restricted files": say(
        "ALTER POLICY register ON access_subject USING ((SELECT sec.reads_register()))"
    ),
    "everybody reads the register": say("ALTER POLICY register ON access_subject USING (NOT is_restricted)"),
    "limits are told of hidden files": say("ALTER POLICY register ON desk_clock USING ((SELECT sec.reads_register()))"),
    "grants are seen by everybody": say("ALTER POLICY mine ON access_grant USING (true)"),
    "drafts are seen by everybody": say("ALTER POLICY own ON desk_draft USING (true)"),
    "an agency that enforces keeps its teams": in_function(
        UNITS, "AND NOT sec._is_enforcement(nullif(p[4], '')::uuid)", ""
    ),
    "an agency that enforces keeps its grants": in_function(
        "sec._grantee(text[])", "AND NOT sec._is_enforcement(nullif(p[4], '')::uuid)", ""
    ),
    "every role holds grants": in_function("sec._grantee(text[])", "AND r.holds_grants", ""),
    "a block asks the acting agency alone": in_function(
        "sec._blocked(uuid)", "b.agency_id = ANY (sec._agencies(who))", "b.agency_id = sec.agency()"
    ),
    "a conflict of interest is forgotten": in_function("sec._blocked(uuid)", "b.actor_id = who OR ", ""),
    "a shift never ends": in_function(UNITS, "AND s.until_at > now()", ""),
    "a shift begins at once": in_function(UNITS, "s.from_at <= now() AND ", ""),
    "duty is open to every role": in_function(UNITS, "AND r.holds_grants", ""),
    "a role reaches every section": in_function(UNITS, "rs.role = p[5] AND rs.section = _units.section", "rs.role = p[5]"),
    "a reader may write to the vault": in_function(
        "sec._may(text[],uuid,text,text)", "(_may.mode = 'read' OR g.mode = 'write')", "true"
    ),
    "any grant opens any section": in_function(
        "sec._may(text[],uuid,text,text)", "AND _may.section = ANY (g.sections)", ""
    ),
    "what was written can be changed": say(
        "GRANT UPDATE ON desk_attachment, desk_revision TO amparo_staff"
    ),
    "rows can be deleted": say(
        "GRANT DELETE ON desk_note TO amparo_staff",
        "CREATE POLICY gone ON desk_note FOR DELETE TO amparo_staff USING (true)",
    ),
    "emergency access opens the place": say(
        "UPDATE access_grant SET sections = sections || '{place}'::varchar[] WHERE cause = 'emergency'"
    ),
    "withdrawn consent keeps its grant": say(
        "UPDATE access_grant SET until_at = now() + interval '1 day' WHERE consent IN"
        " (SELECT id FROM access_consent WHERE state = 'withdrawn')"
    ),
}  # fmt: skip
