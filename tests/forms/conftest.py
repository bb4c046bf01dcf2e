from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def time_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Limits that may stand still, beside our own: only those have a form to pause them."""
    from amparo.rooms.desk.rules import clocks
    from amparo.rooms.desk.tests.facts import RULES

    more = tmp_path_factory.mktemp("rules") / "clocks.yaml"
    more.write_text(RULES, encoding="utf-8")
    before = clocks._files
    clocks._files = [*before, more]
    clocks.clock_rules.cache_clear()
    yield
    clocks._files = before
    clocks.clock_rules.cache_clear()


@pytest.fixture(scope="session")
def staff(
    world: Any, real_keeper: Any, time_rules: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Any]:
    from django.contrib.auth.hashers import make_password
    from django.test.utils import override_settings

    from tests.forms.staff import PASSWORD, Staff

    # the collected files are an installation's; their folder only has to be there
    root = tmp_path_factory.mktemp("static")
    with django_db_blocker.unblock(), override_settings(STATIC_ROOT=root, SECURE_SSL_REDIRECT=False):
        world.admin.execute("UPDATE access_person SET password = %s WHERE email NOT LIKE 'ines@%%'",
                            [make_password(PASSWORD)])  # fmt: skip
        yield Staff(world)


@pytest.fixture(scope="session")
def places(staff: Any) -> Any:
    return staff.places()
