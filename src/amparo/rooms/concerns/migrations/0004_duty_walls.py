"""Row policies and functions of the duty desk."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "duty"


class Migration(migrations.Migration):
    dependencies = [("concerns", "0003_duty"), ("concerns", "0002_walls")]
    operations = [migrations.RunSQL(f.read_text(), migrations.RunSQL.noop) for f in sorted(SQL.glob("*.sql"))]
