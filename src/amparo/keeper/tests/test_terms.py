# ruff: noqa: T201
from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amparo.keeper import terms
from amparo.keeper.letters import skeleton, without_marks
from amparo.keeper.terms import Name, Terms, name_skeletons, terms_in

PAIRS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "names.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
LATIN = st.text("abcdefghijklmnopqrstuvwxyz -'", max_size=40)
ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ ", max_size=40)


def test_names_written_by_two_people_meet(capsys: pytest.CaptureFixture[str]) -> None:
    missed = [f"{one} {other}" for one, other in PAIRS if not name_skeletons(one) & name_skeletons(other)]
    recall = 1 - len(missed) / len(PAIRS)
    names = sorted({name for pair in PAIRS for name in pair})
    same = {frozenset(pair) for pair in PAIRS}
    others = [pair for pair in combinations(names, 2) if frozenset(pair) not in same]
    wrong = sum(name_skeletons(one) == name_skeletons(other) for one, other in others)

    with capsys.disabled():
        print(f"\nnames: recall {recall:.3f} of {len(PAIRS)} pairs; missed: {', '.join(missed)}")
        print(f"names: {wrong} of {len(others)} other pairs share a skeleton")
    assert recall >= 0.92
    assert wrong / len(others) < 0.01


def meets(one: dict[str, object], other: dict[str, object]) -> bool:
    return terms_in(one).meet(terms_in(other))


AMAL = {"given_name": "أمل", "family_name": "الحداد", "birth_date": "2011-03-04"}


@pytest.mark.parametrize(
    "question",
    [
        {"name": "Amal Haddad", "birth_year": "2011"},
        {"name": "HADDAD, Amal", "birth_year": "2011"},
        {"name": "El-Haddad Amal bint Yusuf", "birth_year": 2012},
        {"name": "أمل حداد", "birth_year": "٢٠١١"},
    ],
)
def test_a_name_with_its_year_is_found_in_any_order_and_script(question: dict[str, object]) -> None:
    assert meets(question, AMAL)


@pytest.mark.parametrize(
    "question",
    [
        {"name": "Amal Haddad"},  # no year: no term at all
        {"name": "Amal", "birth_year": "2011"},  # one name of two
        {"name": "Amal Haddad", "birth_year": "2014"},
        {"name": "Amal Shami", "birth_year": "2011"},
        {"name": "...", "birth_year": "2011"},
        {"name": "Amal Haddad", "birth_year": "11"},
    ],
)
def test_less_than_two_names_and_a_year_finds_nobody(question: dict[str, object]) -> None:
    assert not meets(question, AMAL)


def test_a_child_known_by_one_name_is_found_by_it() -> None:
    assert meets({"name": "Amal", "birth_year": "2010"}, {"name": "أمل", "birth_year": "2011"})


def test_what_meets_shares_a_key_to_look_up() -> None:
    asked = terms_in({"name": "Amal Haddad", "birth_year": "2012"})

    assert asked.keys(terms.YEARS_AROUND)["name"] & terms_in(AMAL).keys()["name"]


@pytest.mark.parametrize("typed", ["0790 123 456", "+962 790-123-456", "00962790123456", "٠٧٩٠١٢٣٤٥٦"])
def test_a_phone_is_one_number_however_typed(typed: str) -> None:
    assert meets({"phone": typed}, {"phones": ["+962 790 123 456"]})


def test_phones_that_only_end_alike_do_not_meet_but_share_an_index_entry() -> None:
    one, other = terms_in({"phone": "+962 790 123 456"}), terms_in({"phone": "+962 780 123 456"})

    assert one.keys() == other.keys()
    assert not one.meet(other)


def test_documents_meet_without_spaces_and_case() -> None:
    assert meets({"document": "ab-12 34"}, {"documents": ["AB1234"], "phones": None})
    assert not meets({"document": "AB1235"}, {"documents": ["AB1234"]})


def test_too_short_to_be_a_number_is_no_term() -> None:
    assert terms_in({"phone": "12345", "document": "A1", "name": 7}) == Terms()


def test_long_names_are_cut() -> None:
    name = terms_in({"name": " ".join("abcdefgh"[i] + "on" for i in range(8)), "birth_year": "2011"}).name

    assert name is not None
    assert len(name.skeletons) <= terms.MAX_NAMES
    assert len(name.keys(1)) <= 45


def test_marks_that_are_not_letters_go() -> None:
    assert without_marks("مُحَـمَّد Ünal Şerif STRASSE") == "محمد unal sherif strasse"
    assert name_skeletons("گل‌ناز") == name_skeletons("گلناز")


def test_other_scripts_are_compared_as_written() -> None:
    assert name_skeletons("Олена") == name_skeletons("ОЛЕНА") != name_skeletons("Ольга")
    assert skeleton("олена") == "олена"


def test_a_servant_alone_is_a_name() -> None:
    assert name_skeletons("Abdul") == {"abdl"}
    assert name_skeletons("din") == {"dn"}
    assert name_skeletons("Nour الدين") == {"nr"}  # two scripts in one name are not glued


@given(LATIN | ARABIC, st.integers(1990, 2030))
def test_a_record_always_meets_itself(name: str, year: int) -> None:
    record = terms_in({"name": name, "birth_year": str(year)})

    assert record == Terms() or record.meet(record)
    assert record == Terms() or record.keys()["name"]


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_normaliser(name: str, phone: str, document: str) -> None:
    found = terms_in({"name": name, "birth_year": "2011", "phone": phone, "document": document})

    assert all(found.keys().values()) or found.keys().keys() == {"name", "phone", "document"}


@given(LATIN, st.integers(1990, 2030))
def test_order_and_case_do_not_matter(name: str, year: int) -> None:
    turned = " ".join(reversed(name.upper().split()))
    servants = ("abd", "din", "dine", "deen", "llah", "alla", "ullah", "ddin", "ldin")
    if not any(servant in name for servant in servants):
        assert name_skeletons(name) == name_skeletons(turned) or len(name.split()) > terms.MAX_NAMES


@pytest.mark.parametrize("bits", [8, 12, 16, 18, 24, 64])
def test_an_entry_has_just_its_bits(bits: int) -> None:
    entry = terms.cut(b"\xff" * 32, bits)

    assert len(entry) == (bits + 7) // 8
    assert bin(int.from_bytes(entry, "big")).count("1") == bits


def test_the_same_value_in_two_fields_is_two_messages() -> None:
    assert terms.message("phone", "1234567") != terms.message("document", "1234567")
    assert terms.message("a", "b|c") != terms.message("a|b", "c")


def test_rules_and_width_make_the_version() -> None:
    assert terms.norm_version(18) != terms.norm_version(20)
    assert Name(frozenset({"a"}), 2011).meets(Name(frozenset({"a"}), 2012))
