"""Bases of all models: every field is classified, and rows about a child answer only to a viewer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import connection, models
from django.db.models import Func, Q, Value
from django.db.models.query import QuerySet

from .actors import Actor
from .acts import current_act, in_action

CLASSES = frozenset({"identifying", "sensitive", "ordinary"})
#: The classes of the columns that every row about a child carries.
PROTECTED = dict.fromkeys(("id", "subject", "unit", "section"), "ordinary")


def actor_key(*, null: bool = False) -> models.ForeignKey[Any, Any]:
    """Who did it. Without an index: rows are found by the child and by the unit."""
    return models.ForeignKey("access.Actor", models.PROTECT, null=null, related_name="+", db_index=False)


class SealedModel(RuntimeError):
    """A protected model was read without a viewer, or written outside an action."""


class ReadOnly(QuerySet[Any]):
    """What a viewer gets: it can be filtered and read, and refuses every write."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise SealedModel("Read-only: writes go through an action.")

    update = delete = create = get_or_create = update_or_create = bulk_create = bulk_update = _refuse  # type: ignore[assignment]


def _need_transaction(viewer: Actor) -> None:
    act = current_act()
    if act is None or act.actor.secret != viewer.secret:
        raise SealedModel("Read inside a @query or @action of the same viewer.")


class SealedManager(models.Manager[Any]):
    """Answers only `.visible_to(viewer)` and, inside an action, `.in_action()`."""

    def visible_to(self, viewer: Actor) -> QuerySet[Any]:
        """The second wall: the same test as the row policy, in the form that lets indexes answer it."""
        _need_transaction(viewer)
        return ReadOnly(self.model, using=self._db).filter(self.model.reach(viewer))

    def in_action(self) -> QuerySet[Any]:
        in_action()
        return QuerySet(self.model, using=self._db)

    def get_queryset(self) -> NoReturn:  # type: ignore[override]
        raise SealedModel(f"{self.model.__name__} answers only .visible_to(viewer).")


class Classified(models.Model):
    """A model without a child in it: readable in a context, written by `sec.*` functions or in an action."""

    CLASSIFIED: ClassVar[dict[str, str]]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        in_action()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        in_action()
        return super().delete(*args, **kwargs)


class MyGranted(Func):
    """The subjects granted to me for this section, as an array: an init plan, so that an index answers."""

    template = (
        "ARRAY(SELECT g.subject_id FROM access_grant g WHERE g.actor_id = (SELECT sec.grantee())"
        " AND g.from_at <= now() AND g.until_at > now() AND %(expressions)s = ANY (g.sections))"
    )


def _my_units(section: str) -> list[uuid.UUID]:
    """The units whose rows of this section the context reaches, asked once in a transaction.

    Their ids stand in the statement as values: the planner then knows how few rows a team has, and reads those instead
    of walking through every team's rows in the order of the page (348 ms for a worker with 30 of 200,000 files).
    """
    act = current_act()
    known = act.units if act else {}
    if section not in known:
        with connection.cursor() as cursor:
            cursor.execute("SELECT unnest(sec.units(%s, 'read'))", [section])
            known[section] = [row[0] for row in cursor.fetchall()]
    return known[section]


class InArray(models.Lookup):  # type: ignore[type-arg]
    lookup_name = "in_array"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = compiler.compile(self.rhs)
        return f"{left} = ANY ({right})", (*left_params, *right_params)


models.UUIDField.register_lookup(InArray)
models.ForeignKey.register_lookup(InArray)


class Protected(models.Model):
    """A row about a child: it hangs on `access.subject`, names its unit and its section, and is sealed to viewers.

    `unit` is copied from the subject and kept equal by a foreign key (subject, unit) ON UPDATE CASCADE, so that a
    team's rows are found by an index and a row can never be attached to a child of another unit.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject: Any = models.ForeignKey("access.Subject", models.PROTECT, related_name="+")
    unit = models.ForeignKey("access.Unit", models.PROTECT, related_name="+")
    section = models.CharField(max_length=32)

    objects: ClassVar[SealedManager] = SealedManager()
    CLASSIFIED: ClassVar[dict[str, str]]
    #: The section of every row of this table, or "" where each row names its own.
    SECTION: ClassVar[str] = ""

    class Meta:
        abstract = True

    @classmethod
    def subject_field(cls) -> str:
        return "id" if cls.subject is None else "subject_id"

    @classmethod
    def reach(cls, viewer: Actor) -> Q:
        """Which rows the viewer's unit or grants reach. `register` rows need no content section."""
        section = cls.SECTION or "register"
        granted = MyGranted(Value(section, output_field=models.TextField()))
        mine, units = Q(**{f"{cls.subject_field()}__in_array": granted}), _my_units(section)
        return mine | Q(unit_id__in=units) if units else mine

    def save(self, *args: Any, **kwargs: Any) -> None:
        in_action()
        if self.SECTION:
            self.section = self.SECTION
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise SealedModel("Rows about a child are erased by retention only.")


class OwnRowsManager(models.Manager[Any]):
    """Rows of one person: `.mine(viewer)`, or `.in_action()` in an action. `column` None: read by functions only."""

    def __init__(self, column: str | None = None) -> None:
        super().__init__()
        self.column = column

    def mine(self, viewer: Actor) -> QuerySet[Any]:
        _need_transaction(viewer)
        if self.column is None:
            raise SealedModel(f"{self.model.__name__} is read by database functions only.")
        return ReadOnly(self.model, using=self._db).filter(**{f"{self.column}_id": viewer.id})

    def in_action(self) -> QuerySet[Any]:
        in_action()
        return QuerySet(self.model, using=self._db)

    def get_queryset(self) -> NoReturn:  # type: ignore[override]
        raise SealedModel(f"{self.model.__name__} answers only .mine(viewer).")


def own_rows(column: str | None) -> OwnRowsManager:
    return OwnRowsManager(column)


def unclassified(model_list: Iterable[type[models.Model]]) -> list[str]:
    """`Room.Model.field` for every concrete field without a class. The text of the failing test."""
    return [
        f"{m._meta.label}.{f.name}"
        for m in model_list
        for f in m._meta.concrete_fields
        if getattr(m, "CLASSIFIED", {}).get(f.name) not in CLASSES
    ]
