from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from amparo.keeper import seal as sealing
from amparo.keeper.seal import (
    PURPOSES,
    CannotOpen,
    KekPublic,
    new_keys,
    open_sealed,
    purpose_of,
    seal,
    section_private,
    unwrap,
    wrap,
    wrap_info,
)

AGENCY, HOLDER, RECORD = uuid4(), uuid4(), uuid4()
KEK = X25519PrivateKey.generate()
KEKS = {purpose: KekPublic(AGENCY, 1, KEK.public_key().public_bytes_raw()) for purpose in PURPOSES}
KEYS = new_keys(HOLDER, KEKS, ("identity", "contact", "place", "note", "task"))
PLACE: dict[str, Any] = {"holder": HOLDER, "section": "identity", "record": RECORD, "field": "name"}


def private(section: str, holder: UUID = HOLDER) -> X25519PrivateKey:
    purpose = purpose_of(section)
    dek = unwrap(KEYS.wrapped[purpose].wrapped, KEK, wrap_info(holder, purpose, AGENCY, 1))
    return section_private(dek, section)


def test_purpose_of_sections() -> None:
    named = {
        section: purpose_of(section) for section in ("identity", "contact", "place", "note", "draft", "new")
    }

    assert named == {
        "identity": "identity",
        "contact": "identity",
        "place": "place",
        "note": "content",
        "draft": "content",
        "new": "content",
    }


def test_new_keys_make_only_the_purposes_asked_for() -> None:
    assert set(new_keys(uuid4(), KEKS, ["note", "task"]).wrapped) == {"content"}


def test_new_keys_without_a_kek_of_the_purpose_refuse() -> None:
    with pytest.raises(KeyError):
        new_keys(uuid4(), {"content": KEKS["content"]}, ["place"])


def test_sections_have_keys_of_their_own() -> None:
    assert len(set(KEYS.public.values())) == 5


@given(st.binary(max_size=3000), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_what_was_sealed_opens_where_it_was_sealed(value: bytes, section: str, field: str) -> None:
    key = section_private(b"d" * 32, section)
    where: dict[str, Any] = {"holder": HOLDER, "section": section, "record": RECORD, "field": field}

    sealed = seal(value, key.public_key().public_bytes_raw(), **where)

    assert open_sealed(sealed, key, **where) == value
    assert value not in sealed or len(value) < 4


@pytest.mark.parametrize(
    "moved",
    [
        {"field": "birth_date"},  # to another column
        {"record": uuid4()},  # to another row
        {"holder": uuid4()},  # to another child
        {"section": "contact"},  # to another table
        {"field": "", "section": "identityname"},  # parts glued otherwise
    ],
)
def test_a_moved_value_is_refused_even_by_the_right_key(moved: dict[str, Any]) -> None:
    sealed = seal(b"Amal Example", KEYS.public["identity"], **PLACE)

    assert open_sealed(sealed, private("identity"), **PLACE) == b"Amal Example"
    with pytest.raises(CannotOpen):
        open_sealed(sealed, private("identity"), **{**PLACE, **moved})


@pytest.mark.parametrize("other", ["contact", "place", "note"])
def test_another_sections_key_opens_nothing(other: str) -> None:
    sealed = seal(b"Amal Example", KEYS.public["identity"], **PLACE)

    with pytest.raises(CannotOpen):
        open_sealed(sealed, private(other), **PLACE)


def test_every_flipped_bit_is_refused() -> None:
    sealed = seal(b"Amal", KEYS.public["identity"], **PLACE)
    key = private("identity")
    opened = 0
    for bit in range(len(sealed) * 8):
        # The top bit of the ephemeral X25519 key is ignored by the curve, but bound by HPKE all the same.
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            open_sealed(bytes(flipped), key, **PLACE)
            opened += 1
        except CannotOpen:
            pass

    assert opened == 0


@given(st.binary(max_size=120))
def test_rubbish_is_refused_without_a_word(rubbish: bytes) -> None:
    with pytest.raises(CannotOpen, match=r"^cannot open$"):
        open_sealed(rubbish, private("identity"), **PLACE)


def test_a_value_sealed_by_others_without_padding_is_refused() -> None:
    info = sealing._bind("amparo/value", str(HOLDER), "identity", str(RECORD), "name")
    public = sealing._public(KEYS.public["identity"])
    foreign = sealing.VERSION + sealing._SUITE.encrypt(b"no end mark", public, info)

    with pytest.raises(CannotOpen):
        open_sealed(foreign, private("identity"), **PLACE)


@pytest.mark.parametrize(
    ("holder", "purpose", "agency", "generation"),
    [
        (uuid4(), "identity", AGENCY, 1),
        (HOLDER, "place", AGENCY, 1),
        (HOLDER, "identity", uuid4(), 1),
        (HOLDER, "identity", AGENCY, 2),
    ],
)
def test_a_wrapped_key_put_elsewhere_is_refused(
    holder: UUID, purpose: str, agency: UUID, generation: int
) -> None:
    wrapped = wrap(b"d" * 32, KEKS["identity"], holder=HOLDER, purpose="identity").wrapped

    assert unwrap(wrapped, KEK, wrap_info(HOLDER, "identity", AGENCY, 1)) == b"d" * 32
    with pytest.raises(CannotOpen):
        unwrap(wrapped, KEK, wrap_info(holder, purpose, agency, generation))


def test_swapped_data_keys_open_nothing_of_each_other() -> None:
    other = new_keys(uuid4(), KEKS, ["identity"])

    with pytest.raises(CannotOpen):
        unwrap(other.wrapped["identity"].wrapped, KEK, wrap_info(HOLDER, "identity", AGENCY, 1))


def test_names_of_like_length_seal_to_one_length() -> None:
    sizes = {len(seal(b"x" * size, KEYS.public["identity"], **PLACE)) for size in range(31)}

    assert len(sizes) == 1


@given(
    st.lists(st.text(max_size=8), min_size=2, max_size=5),
    st.lists(st.text(max_size=8), min_size=2, max_size=5),
)
def test_two_places_are_never_bound_alike(one: list[str], other: list[str]) -> None:
    assert (sealing._bind(*one) == sealing._bind(*other)) == (one == other)


def test_gluing_neighbours_changes_the_binding() -> None:
    parts = ["a", "bc", "ab", "c"]

    assert len({sealing._bind(one, other) for one, other in pairwise(parts)}) == 3


def test_sealing_to_what_is_no_key_refuses() -> None:
    with pytest.raises(ValueError):
        seal(b"x", b"short", **PLACE)
