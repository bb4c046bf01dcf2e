from __future__ import annotations

import os
from pathlib import Path

import pytest

from amparo.keeper.keks import EnvironmentKeks, FileKeks, KeksError
from amparo.keeper.settings import Settings, SettingsError

ENV = {
    "AMPARO_DATABASE_URL": "postgresql://x:secret@/y",
    "AMPARO_KEEPER_SOCKET": "/run/k",
    "AMPARO_KEKS": "ab" * 32,
}


def test_a_plain_environment_is_enough() -> None:
    settings = Settings.read(ENV)

    assert settings.peers == {os.geteuid()}
    assert settings.worker_peers == frozenset()
    assert isinstance(settings.store(may_create=False), EnvironmentKeks)


def test_nothing_secret_is_shown() -> None:
    shown = repr(Settings.read({**ENV, "AMPARO_KEEPER_WORKER_TOKEN": "tok-en"}))

    assert not any(secret in shown for secret in ("secret", "ab" * 32, "tok-en"))


def test_all_faults_are_named_together() -> None:
    wrong = {"AMPARO_KEEPER_INDEX_BITS": "3", "AMPARO_KEEPER_PEERS": "no-such-user"}

    with pytest.raises(SettingsError) as caught:
        Settings.read(wrong)

    assert len(str(caught.value).splitlines()) == 5


@pytest.mark.parametrize("bits", ["7", "65", "-8", "x", "1e1", "٢٠"])
def test_the_width_of_the_index_is_bounded(bits: str) -> None:
    with pytest.raises(SettingsError, match="INDEX_BITS"):
        Settings.read({**ENV, "AMPARO_KEEPER_INDEX_BITS": bits})


def test_two_places_for_keys_are_one_too_many() -> None:
    with pytest.raises(SettingsError, match="Set one of"):
        Settings.read({**ENV, "AMPARO_KEK_FILE": "/k"})


def test_users_by_name_and_number_and_workers_are_peers_too() -> None:
    settings = Settings.read({**ENV, "AMPARO_KEEPER_PEERS": "root, 33", "AMPARO_KEEPER_WORKER_PEERS": "34"})

    assert settings.peers == {0, 33, 34}
    assert settings.worker_peers == {34}


def test_a_key_file(tmp_path: Path) -> None:
    env = {**ENV, "AMPARO_KEKS": "", "AMPARO_KEK_FILE": str(tmp_path / "keks.json")}

    with pytest.raises(KeksError):
        Settings.read(env).store(may_create=False)
    assert isinstance(Settings.read(env).store(may_create=True), FileKeks)
