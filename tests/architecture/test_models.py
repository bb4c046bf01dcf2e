"""What every table must say of itself: a class for each field, and foreign keys that only point down."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.apps import apps
from django.db import models

from amparo.foundation.models import Classified, Protected, SealedManager, unclassified

from .source import ROOMS


def ours() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("amparo.")]


def foreign_keys() -> list[models.ForeignKey]:
    return [f for m in ours() for f in m._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def test_there_are_models_and_foreign_keys_to_judge():
    assert len(ours()) >= 20
    assert len(foreign_keys()) >= 40


def test_every_field_is_identifying_sensitive_or_ordinary():
    assert unclassified(ours()) == []


def test_a_field_without_a_class_is_found():
    class Odd(models.Model):
        told = models.TextField()
        CLASSIFIED = {"id": "ordinary"}

        class Meta:
            app_label = "contenttypes"

    del apps.all_models["contenttypes"]["odd"]
    assert unclassified([Odd]) == ["contenttypes.Odd.told"]


def test_identifying_fields_are_sealed_bytes():
    clear = [
        f"{m._meta.label}.{f.name}"
        for m in ours()
        for f in m._meta.concrete_fields
        if m.CLASSIFIED[f.name] == "identifying" and not isinstance(f, models.BinaryField)
    ]
    assert clear == []


def test_every_model_stands_on_one_of_our_bases():
    loose = [m._meta.label for m in ours() if not issubclass(m, (Protected, Classified))]
    assert loose == ["access.Person"]  # it is Django's own user; its manager makes nobody


def test_protected_models_keep_the_sealed_manager():
    protected = [m for m in ours() if issubclass(m, Protected)]
    assert protected
    assert [m._meta.label for m in protected if not isinstance(m.objects, SealedManager)] == []


def test_foreign_keys_never_cascade_and_leave_no_way_back():
    keys = foreign_keys()
    assert [str(f) for f in keys if f.remote_field.on_delete is not models.PROTECT] == []
    assert [str(f) for f in keys if f.remote_field.related_name != "+"] == []


def test_foreign_keys_point_down_the_rooms_and_never_into_the_vault():
    place = {room: n for n, room in enumerate(ROOMS)}
    up, into_vault = [], []
    for key in foreign_keys():
        here, there = key.model._meta.app_label, key.related_model._meta.app_label
        if place[there] > place[here]:
            up.append(str(key))
        if there == "vault" and here != "vault":
            into_vault.append(str(key))
    assert (up, into_vault) == ([], [])


@pytest.mark.parametrize(("lower", "upper"), list(pairwise(ROOMS)))
def test_the_rooms_are_installed_from_the_ground_up(lower, upper):
    names = [c.name for c in apps.get_app_configs()]
    if f"amparo.rooms.{upper}" in names:
        assert names.index(f"amparo.rooms.{lower}") < names.index(f"amparo.rooms.{upper}")
