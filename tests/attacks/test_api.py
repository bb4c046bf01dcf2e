"""The door of partners' systems, attacked from its own description: valid and broken requests, no 5xx, no answer that
the description does not name.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

EXAMPLES = 60
pytestmark = [pytest.mark.attack, pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def secret(world):
    from amparo.foundation.clock import now
    from amparo.rooms.access import actions

    made = actions.add_api_client(
        by=world.actor("nadia", strong=True), name="Hotline", unit_id=world.ids["river/team"],
        role="hotline_operator", until=now() + dt.timedelta(days=1),
    )  # fmt: skip
    yield made.secret
    world.admin.execute("UPDATE access_membership SET until_at = now() WHERE actor_id = %s", [made.id])


def attack(cases, label, secret, statuses):
    from schemathesis.specs.openapi.checks import negative_data_rejection

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def send(case):
        # a request counts as broken to the tool when it lacks the secret, which is put in here: whether each kind of
        # mistake is refused is asked one by one in the room's own tests
        answer = case.call_and_validate(
            headers={"Authorization": f"Bearer {secret}"}, excluded_checks=[negative_data_rejection]
        )
        statuses[label, answer.status_code] += 1

    send()


@pytest.mark.parametrize("mode", ["POSITIVE", "NEGATIVE"])
def test_every_operation_answers_as_described_whatever_is_sent(secret, mode):
    import schemathesis

    from amparo.config.doors.staff.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    statuses: Counter[tuple[str, int]] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == "NEGATIVE" and not (
            operation.query or operation.headers or operation.body or operation.path_parameters
        ):
            continue  # nothing in it that could be wrong
        cases = operation.as_strategy(generation_mode=getattr(schemathesis.GenerationMode, mode))
        attack(cases, operation.label, secret, statuses)
    print(f"\napi {mode.lower()}: {sum(statuses.values())} requests, {dict(sorted(statuses.items()))}")
    seen = {status for _, status in statuses}
    assert sum(statuses.values()) >= 100
    assert seen >= ({200, 201, 404} if mode == "POSITIVE" else {422})
    assert max(seen) < 500
