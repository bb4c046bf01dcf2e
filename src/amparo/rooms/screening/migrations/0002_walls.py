"""Row policies and functions of this room."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial"), ("access", "0002_walls")]
    operations = [migrations.RunSQL(f.read_text(), migrations.RunSQL.noop) for f in sorted(SQL.glob("*.sql"))]
