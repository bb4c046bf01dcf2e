"""What a process must be told, and how it says what is missing."""

from __future__ import annotations

import pytest

from amparo.config.env import EnvironmentProblem, read_env

STAFF = {
    "AMPARO_DOOR": "staff",
    "AMPARO_DATABASE_URL": "postgresql://amparo_staff:pw@/amparo?host=/run/pg",
    "AMPARO_SECRET_KEY": "k" * 50,
    "AMPARO_MFA_KEY": "ab" * 32,
    "AMPARO_KEEPER_SOCKET": "/run/keeper.sock",
    "AMPARO_ALLOWED_HOSTS": "amparo.test, localhost",
}


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in STAFF.items() if name not in names}


def test_a_complete_environment_is_typed():
    env = read_env(source=STAFF)

    assert env.door == "staff"
    assert env.mfa_key == bytes.fromhex("ab" * 32)
    assert env.allowed_hosts == ("amparo.test", "localhost")
    assert env.is_demo is False


def test_all_missing_variables_are_named_together():
    with pytest.raises(EnvironmentProblem) as caught:
        read_env(source={"AMPARO_DOOR": "staff"})

    for name in STAFF:
        assert name == "AMPARO_DOOR" or f"{name} is missing" in str(caught.value)


@pytest.mark.parametrize(
    ("door", "needs_not"),
    [
        ("public", ("AMPARO_MFA_KEY", "AMPARO_KEEPER_SOCKET")),
        ("worker", ("AMPARO_MFA_KEY", "AMPARO_ALLOWED_HOSTS")),
        ("migrate", ("AMPARO_MFA_KEY", "AMPARO_KEEPER_SOCKET", "AMPARO_ALLOWED_HOSTS", "AMPARO_SECRET_KEY")),
    ],
)
def test_a_door_is_told_only_what_it_needs(door, needs_not):
    assert read_env(door, without(*needs_not)).door == door
    with pytest.raises(EnvironmentProblem, match="AMPARO_DATABASE_URL is missing"):
        read_env(door, without(*needs_not, "AMPARO_DATABASE_URL"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AMPARO_DOOR", "back", "must be one of staff, public, worker, migrate"),
        ("AMPARO_DATABASE_URL", "sqlite:///x", "must begin with postgresql://"),
        ("AMPARO_MFA_KEY", "abc", "64 hexadecimal digits"),
        ("AMPARO_MFA_KEY", "zz" * 32, "64 hexadecimal digits"),
        ("AMPARO_DEMO", "yes", "AMPARO_DEMO must be 0 or 1"),
    ],
)
def test_a_wrong_value_is_named(name, value, said):
    with pytest.raises(EnvironmentProblem, match=said):
        read_env(source={**STAFF, name: value})


def test_secrets_do_not_show_when_an_environment_is_printed():
    shown = repr(read_env(source=STAFF))

    for secret in ("pw@", "k" * 50, "abab"):
        assert secret not in shown
