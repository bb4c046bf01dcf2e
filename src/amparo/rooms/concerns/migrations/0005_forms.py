"""Numbered papers, and calls that were only counted."""

import uuid
from pathlib import Path

import django.db.models.deletion

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql_forms"


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_walls'),
        ('concerns', '0004_duty_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='CallCount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('call_type', models.CharField(max_length=24)),
                ('calls', models.PositiveIntegerField(default=1)),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'day', 'call_type'), name='call_count_once')],
            },
        ),
        migrations.CreateModel(
            name='PaperPrint',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('form', models.CharField(max_length=24)),
                ('language', models.CharField(max_length=12)),
                ('printed_at', models.DateTimeField()),
                ('printed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.actor')),
            ],
            options={
                'indexes': [models.Index(fields=['printed_by', '-printed_at'], name='paper_printed_by')],
            },
        ),
        *(migrations.RunSQL(f.read_text(), migrations.RunSQL.noop) for f in sorted(SQL.glob("*.sql"))),
    ]
