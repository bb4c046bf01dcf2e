"""The second wall: context, policies, functions and who may call them. Read with docs/reference/walls.md."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
KEEPER = Path(__file__).resolve().parents[3] / "keeper" / "schema.sql"


def files():
    return [SQL / "01_tables.sql", KEEPER, *sorted(SQL.glob("0[2-9]_*.sql"))]


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("sessions", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("axes", "0010_accessattemptexpiration"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunSQL(f.read_text(), migrations.RunSQL.noop) for f in files()]
