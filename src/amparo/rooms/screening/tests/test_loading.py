"""Instrument files: the shipped ones keep their promises, and a slip in one stops the start with a clear line."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from amparo.rooms.desk.rules.strict import RuleError
from amparo.rooms.screening import loading
from amparo.rooms.screening.definitions import Kind

GUIDES = {
    "labour", "begging", "criminal", "sexual", "online", "marriage", "armed_groups", "domestic_servitude",
}  # fmt: skip
SMALL = """\
id: small
version: 1
kind: observation_guide
wording: own
names: {en: Small, ar: صغير}
about: {en: About, ar: عن}
languages: {en: source, ar: unreviewed}
roles: [caseworker]
clinical: false
ages: {from: 0, to: 17}
settings: {en: Any, ar: أي}
licence: ours
source: ours
unconfirmed: true
scoring: {rule: count, threshold: 1}
groups:
  - id: one
    names: {en: One, ar: واحد}
    items:
      - {id: first, text: {en: First, ar: أول}}
      - {id: second, ask_if: {any_seen: [first]}, text: {en: Second, ar: ثان}}
      - {id: third, ask_if: {all_seen: [second]}, text: {en: Third, ar: ثالث}}
"""
STUDY = "studies: [{name: X, year: 2018, population: {en: a, ar: ب}, n: 9, sensitivity: '90', specificity: '50', source: s, unconfirmed: false}]\n"


def written(tmp_path: Path, text: str, name: str = "small.v1.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_eight_guides_ask_the_child_nothing_and_have_8_to_14_lines():
    guides = {n: v[-1] for n, v in loading.instruments().items() if v[-1].kind is Kind.OBSERVATION_GUIDE}
    assert set(guides) == GUIDES
    for name, it in guides.items():
        assert 8 <= len(it.items) <= 14, name
        assert not it.studies
        assert it.is_unconfirmed
        for item in it.items:
            assert not {"?", "؟"} & set(item.text["en"] + item.text["ar"]), item.id


def test_the_indicators_have_the_published_number_in_each_dimension():
    it = loading.current("child_indicators")
    counts = {group.id: len(group.items) for group in it.groups}
    assert counts == {
        "deception": 10, "coercion": 10, "vulnerability": 16, "exploitation": 9, "kept": 15, "dependence": 7,
    }  # fmt: skip
    assert len(it.items) == 67
    assert it.is_unconfirmed


def test_no_line_asks_what_is_never_required_and_no_label_is_put_on_a_child():
    """Practice 26 and 54: no faith, origin, orientation, sexual history, infection; no victim, suspect, illegal."""
    never = re.compile(
        r"relig|ethnic|nationalit|gypsy|orientation|partners|infection|disease|HIV|virgin|victim|suspect|illegal|prostitut", re.I
    )  # fmt: skip
    lines = [i.text["en"] for v in loading.instruments().values() for i in v[-1].items]
    assert len([line for line in lines if line]) >= 150
    assert [line for line in lines if never.search(line)] == []


def test_english_and_arabic_are_complete_and_the_arabic_is_marked():
    for versions in loading.instruments().values():
        it = versions[-1]
        assert it.languages["en"] == "source"
        assert it.languages["ar"] == "unreviewed"
        for item in it.items:
            assert set(item.text) == {"en", "ar"}
            assert it.is_licensed or re.search(r"[؀-ۿ]{2}", item.text["ar"])


def test_the_two_licensed_screens_ship_without_a_word_of_their_text():
    for name, count in (("clinical_six", 6), ("clinical_four", 4)):
        it = loading.current(name)
        assert it.is_clinical
        assert it.roles == {"service_provider"}
        assert len(it.items) == count
        assert {t for i in it.items for t in i.text.values()} == {""}
        assert it.studies
        assert all(s.source and s.n for s in it.studies)


#: A released version never changes: answers were given to its words. A change is a new file with the next number.
RELEASED = Path(__file__).parent / "released.txt"


def test_a_released_version_is_never_edited():
    now = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(loading.HERE.iterdir())}
    known = dict(line.split() for line in RELEASED.read_text().splitlines())
    assert {n: h for n, h in known.items() if now.get(n) != h} == {}, "Add a new version instead of an edit."
    assert set(now) - set(known) == set(), "Add the line of the new file to released.txt."


def test_a_small_file_loads_and_every_version_is_kept(tmp_path):
    written(tmp_path, SMALL)
    newer = SMALL.replace("version: 1", "version: 2").replace("{en: First,", "{en: First again,")
    written(tmp_path, newer, "small.v2.yaml")
    versions = loading.load_all(tmp_path)["small"]
    assert [v.version for v in versions] == [1, 2]
    assert [v.items[0].text["en"] for v in versions] == ["First", "First again"]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("licence: ours", "lisence: ours", "unknown key. Did you mean 'licence'"),
        (", ar: unreviewed}", "}", "complete in English and Arabic"),
        ("{en: First, ar: أول}", "{en: First}", "missing. Each text stands in every language"),
        ("{en: First, ar: أول}", "{en: First, ar: أول, fr: Un}", "not among the languages"),
        ("languages: {en: source,", "languages: {e1: source, en: source,", "not a language tag"),
        ("ar: unreviewed", "ar: checked", "'checked' is not known"),
        ("any_seen: [first]", "any_seen: [fist]", "'second' is asked after 'fist', which is not there"),
        ("any_seen: [first]", "any_seen: [third]", "a circle of ask_if: second > third > second"),
        ("any_seen: [first]", "any_seen: [second]", "a circle of ask_if: second > second"),
        ("{id: first, text", "{id: first, ask_if: {any_seen: [fourth]}, text", "not there"),
        ("ask_if: {any_seen: [first]}", "ask_if: {none_seen: [first]}", "unknown key"),
        ("ask_if: {any_seen: [first]}", "ask_if: {}", "Say which items open this one"),
        ("{id: third", "{id: first", "the item 'first' stands twice"),
        ("{id: third", "{id: Third", "is not of small letters"),
        ("threshold: 1", "threshold: 4", "can never be reached: there are only 3"),
        ("threshold: 1", "threshold: 0", "at least 1"),
        ("rule: count", "rule: sum", "'sum' is not known"),
        ("rule: count,", "rule: count, enough: [{strong: 1}],", "belongs to the rule 'dimensions'"),
        ("{rule: count, threshold: 1}", "{rule: dimensions, threshold: 1, enough: [{strong: 1, medium: 0, weak: 0, all: 1}]}",
         "each item has a strength"),
        ("{rule: count, threshold: 1}", "{rule: dimensions, threshold: 1, enough: [{strong: 2, medium: 0, weak: 0, all: 1}]}",
         "less than the strengths together"),
        ("{id: first, text", "{id: first, strength: strong, text", "without it none has"),
        ("roles: [caseworker]", "roles: [caseworkers]", "'caseworkers' is not a role"),
        ("ages: {from: 0, to: 17}", "ages: {from: 18, to: 17}", "ends before it begins"),
        ("clinical: false", "clinical: true", "ids of clinical screens begin with"),
        ("wording: own", "wording: licensed\nslots: 2", "licensed text is not shipped"),
        ("kind: observation_guide", "kind: short_screen", "licensed, clinical and short_screen go together"),
        ("scoring:", "slots: 3\nscoring:", "belongs to wording: licensed"),
        ("scoring:", STUDY + "scoring:", "figures are not shown for reworded items"),
        ("id: small", "id: large", "Make name, id and version agree"),
        ("version: 1", "version: 2", "Make name, id and version agree"),
        ("unconfirmed: true", "unconfirmed: perhaps", "expected true or false"),
    ],
)  # fmt: skip
def test_a_slip_stops_the_start_and_says_what_to_write(tmp_path, right, wrong, said):
    assert right in SMALL
    with pytest.raises(RuleError, match=re.escape(said)):
        loading.load(written(tmp_path, SMALL.replace(right, wrong, 1)))


def test_an_item_above_the_one_that_opens_it_is_refused(tmp_path):
    lines = SMALL.splitlines()
    lines[-3], lines[-2] = lines[-2], lines[-3]
    with pytest.raises(RuleError, match="'second' stands above 'first'"):
        loading.load(written(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize("name", ["small.yaml", "small.v0.yaml", "Small.v1.yaml", "notes.txt"])
def test_a_file_that_is_not_called_by_id_and_version_is_refused(tmp_path, name):
    with pytest.raises(RuleError, match="Rename the file"):
        loading.load(written(tmp_path, SMALL, name))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(RuleError, match="holds no instrument"):
        loading.load_all(tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('sensitivity: "92"', 'sensitivity: "192"', "expected a percentage"),
        ('sensitivity: "92"', 'sensitivity: "many"', "expected a percentage"),
        ('["75.3", "91.2"]', '["91.2", "75.3"]', "the smaller first"),
        ('["75.3", "91.2"]', '["75.3"]', "expected two percentages"),
        ("n: 108", "n: 0", "at least 1"),
    ],
)
def test_figures_of_a_study_are_read_strictly(tmp_path, right, wrong, said):
    text = (loading.HERE / "clinical_six.v1.yaml").read_text(encoding="utf-8")
    assert right in text
    with pytest.raises(RuleError, match=re.escape(said)):
        loading.load(written(tmp_path, text.replace(right, wrong, 1), "clinical_six.v1.yaml"))
