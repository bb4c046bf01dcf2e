"""Raw SQL on the staff login, past all Python: what row security alone lets through."""

from __future__ import annotations

from django.db import connection, transaction


def run_as(world, name, sql, *values):
    """The rows a statement gives in a person's context, or the database's own error."""
    world.actor(name)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT sec.enter(%s)", [world.secrets[name]])
            cursor.execute(sql, list(values))
            return cursor.fetchall()
    except Exception as error:
        raise (error.__cause__ or error) from None
