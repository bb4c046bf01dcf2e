"""Every address of both doors carries an access mark, or stands in the table of libraries' views."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from amparo.config.third_party import VIEWS
from amparo.foundation.doors import endpoints, undeclared

DOORS = ("amparo.config.doors.staff.urls", "amparo.config.doors.public.urls")


def patterns(door: str) -> list:
    return import_module(door).urlpatterns


@pytest.mark.parametrize("door", DOORS)
def test_every_address_is_marked(door):
    assert len(list(endpoints(patterns(door)))) >= 5
    assert undeclared(patterns(door), VIEWS) == []


def test_an_address_without_a_mark_is_found():
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert undeclared([path("odd/", bare, name="odd")], VIEWS) == ["odd/"]


def test_marks_name_a_permission_or_a_written_reason():
    from amparo.rooms.access.permissions import Permission

    odd = []
    for door in DOORS:
        for route, name, view in endpoints(patterns(door)):
            mark = getattr(view, "access", "")
            reason = mark.partition(": ")[2] if mark.startswith(("public: ", "signed in: ")) else ""
            if name not in VIEWS and not (mark in set(Permission) or len(reason) >= 15):
                odd.append((route, mark))
    assert odd == []


def test_the_table_of_libraries_names_only_views_that_exist():
    known = {name for door in DOORS for _, name, _ in endpoints(patterns(door))}
    assert sorted(set(VIEWS) - known) == []


def test_the_public_door_asks_for_nobody():
    marks = [getattr(view, "access", "") for _, _, view in endpoints(patterns(DOORS[1]))]
    assert [m for m in marks if not m.startswith("public: ")] == []
