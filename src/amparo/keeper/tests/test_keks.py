from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest

from amparo.keeper import keks
from amparo.keeper.keks import EnvironmentKeks, FileKeks, KekGone, KeksError, KekStore
from amparo.keeper.seal import PURPOSES, CannotOpen, WrappedKey, wrap

AGENCY, HOLDER = uuid4(), uuid4()
DEK = b"d" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path / "keks.json"


@pytest.fixture
def file(path: Path) -> FileKeks:
    return FileKeks(path, may_create=True)


@pytest.fixture(params=["file", "environment"])
def store(request: pytest.FixtureRequest, path: Path) -> KekStore:
    return FileKeks(path, may_create=True) if request.param == "file" else EnvironmentKeks("ab" * 32)


def wrapped(store: KekStore, purpose: str = "identity") -> WrappedKey:
    return wrap(DEK, store.ensure(AGENCY)[purpose], holder=HOLDER, purpose=purpose)


def test_a_store_unwraps_what_was_wrapped_to_it(store: KekStore) -> None:
    assert {
        purpose: store.unwrap(HOLDER, purpose, wrapped(store, purpose)) for purpose in PURPOSES
    } == dict.fromkeys(PURPOSES, DEK)


def test_ensuring_twice_changes_nothing(store: KekStore) -> None:
    assert store.ensure(AGENCY) == store.ensure(AGENCY)


def test_agencies_and_purposes_have_keys_of_their_own(store: KekStore) -> None:
    publics = [kek.public for agency in (AGENCY, uuid4()) for kek in store.ensure(agency).values()]

    assert len(set(publics)) == 6


def test_a_key_for_another_purpose_does_not_unwrap(store: KekStore) -> None:
    with pytest.raises(CannotOpen):
        store.unwrap(HOLDER, "place", wrapped(store, "identity"))


def test_a_generation_that_was_never_made_is_gone(store: KekStore) -> None:
    key = wrapped(store)._replace(generation=9)

    with pytest.raises(KekGone):
        store.unwrap(HOLDER, "identity", key)
    assert store.public(AGENCY, "identity", 9) is None


def test_the_public_key_is_known_by_generation(store: KekStore) -> None:
    made = store.ensure(AGENCY)["place"]

    assert store.public(AGENCY, "place", 1) == made.public


def test_index_entries_differ_by_message_and_key(store: KekStore) -> None:
    assert store.mac(b"a") == store.mac(b"a") != store.mac(b"b")
    assert EnvironmentKeks("cd" * 32).mac(b"a") != EnvironmentKeks("ab" * 32).mac(b"a")


def test_keys_of_the_environment_are_fixed() -> None:
    store = EnvironmentKeks("ab" * 32)

    with pytest.raises(KeksError, match="cannot be rotated"):
        store.rotate(AGENCY)
    with pytest.raises(KeksError, match="cannot be destroyed"):
        store.destroy(AGENCY, "identity", 1)


@pytest.mark.parametrize("secret", ["", "ab", "zz" * 32, "ab" * 33])
def test_a_wrong_secret_of_the_environment_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(KeksError, match="64 hexadecimal digits") as caught:
        EnvironmentKeks(secret)
    assert not secret or secret not in str(caught.value)


def test_rotation_keeps_the_old_generation_and_makes_the_next(file: FileKeks) -> None:
    old = wrapped(file)

    new = file.rotate(AGENCY)

    assert {kek.generation for kek in new.values()} == {2}
    assert file.unwrap(HOLDER, "identity", old) == DEK
    assert file.ensure(AGENCY) == new


def test_a_file_read_again_holds_the_same_keys(file: FileKeks, path: Path) -> None:
    key = wrapped(file)

    again = FileKeks(path)

    assert again.unwrap(HOLDER, "identity", key) == DEK
    assert again.mac(b"a") == file.mac(b"a")


def test_a_destroyed_key_is_gone_from_the_file_and_its_number_stays_used(file: FileKeks, path: Path) -> None:
    key = wrapped(file)
    raw = json.loads(path.read_text())["keks"][str(AGENCY)]["identity"]["1"]

    file.destroy(AGENCY, "identity", 1)

    assert raw not in path.read_text()
    with pytest.raises(KekGone):
        FileKeks(path).unwrap(HOLDER, "identity", key)
    with pytest.raises(KekGone):
        file.destroy(AGENCY, "identity", 1)
    assert file.ensure(AGENCY)["identity"].generation == 2
    assert file.ensure(AGENCY)["place"].generation == 1


def test_destroying_what_never_was_says_so(file: FileKeks) -> None:
    with pytest.raises(KekGone):
        file.destroy(uuid4(), "identity", 1)


def test_the_file_is_for_its_owner_alone(file: FileKeks, path: Path) -> None:
    file.rotate(AGENCY)

    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o700, 0o666])
def test_a_laxer_mode_is_refused_with_the_way_out(file: FileKeks, path: Path, mode: int) -> None:
    path.chmod(mode)

    with pytest.raises(KeksError, match="chmod 600"):
        FileKeks(path)


def test_a_folder_that_others_may_write_is_refused(file: FileKeks, path: Path) -> None:
    path.parent.chmod(0o777)

    with pytest.raises(KeksError, match="chmod go-w"):
        FileKeks(path)


def test_a_shared_folder_where_only_owners_may_replace_is_accepted(file: FileKeks, path: Path) -> None:
    path.parent.chmod(0o1777)

    assert FileKeks(path).ensure(AGENCY) is not None


def test_a_foreign_owner_is_refused(file: FileKeks, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)

    with pytest.raises(KeksError, match="belongs to uid"):
        FileKeks(path)


def test_a_link_to_a_key_file_is_refused(file: FileKeks, path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)

    with pytest.raises(KeksError, match="Cannot open"):
        FileKeks(link)


def test_what_is_no_file_is_refused(path: Path) -> None:
    path.mkdir()

    with pytest.raises(KeksError, match="Is a directory"):
        FileKeks(path)


def test_a_device_is_refused() -> None:
    with pytest.raises(KeksError, match="not an ordinary file"):
        FileKeks(Path("/dev/null"))


def test_a_missing_file_is_never_made_by_itself(path: Path) -> None:
    with pytest.raises(KeksError, match="No such file"):
        FileKeks(path)
    assert not path.exists()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"kind": "other"}', "not json"])
def test_another_file_is_refused_and_left_alone(path: Path, content: str) -> None:
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(KeksError, match="is no key file"):
        FileKeks(path, may_create=True)
    assert path.read_text() == content


def test_a_keeper_killed_while_writing_leaves_a_good_file(
    file: FileKeks, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = wrapped(file)

    def killed(self: Path, target: Path) -> Path:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(SystemExit):
            file.rotate(AGENCY)

    again = FileKeks(path)
    assert again.unwrap(HOLDER, "identity", key) == DEK
    assert again.rotate(AGENCY)["identity"].generation == 2


def test_two_keepers_lose_no_key(file: FileKeks, path: Path) -> None:
    agencies = [uuid4() for _ in range(12)]
    stores = [FileKeks(path), FileKeks(path)]

    def ensure(store: FileKeks) -> Callable[[], None]:
        return lambda: [store.ensure(agency) for agency in agencies] and None

    threads = [Thread(target=ensure(store)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stores[0].ensure(agencies[0]) == FileKeks(path).ensure(agencies[0])
    assert set(json.loads(path.read_text())["keks"]) == {str(agency) for agency in agencies}


def test_two_first_starts_agree_on_one_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = FileKeks(path, may_create=True)
    exists = iter([False, True])  # the other keeper was quicker between the look and the lock
    monkeypatch.setattr(Path, "exists", lambda self: next(exists))

    second = FileKeks(path, may_create=True)

    assert first.mac(b"a") == second.mac(b"a")


def test_nothing_of_a_key_is_in_what_a_store_shows_of_itself(file: FileKeks) -> None:
    file.ensure(AGENCY)
    secret = "ab" * 32

    assert file._document["index"] not in repr(file) + str(file)
    assert secret not in repr(EnvironmentKeks(secret))
    assert keks.KIND == "amparo-keks-1"
