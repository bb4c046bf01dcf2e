"""`intake_forms/*.yaml`: what each intake form asks, in which order and words, and which fact an answer fills.

Screen and paper are drawn from the same data, so that neither asks what the other does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from django.utils.translation import get_language

from amparo.rooms.concerns.kinds import Answer, Channel
from amparo.rooms.desk.rules.strict import Part, read

HERE = Path(__file__).resolve().parents[1] / "intake_forms"
KINDS = ("line", "paragraphs", "choice", "choices", "age", "area", "language")
CLEAR = (
    "danger_now", "with_child", "health_today", "moved_soon", "in_custody", "age", "gender", "language", "area",
    "needs", "about_self", "call_type",
)  # fmt: skip
WORDS = ("account", "reporter")
#: What no form may ever require (rule of practice): such a question is refused at start-up.
NEVER_REQUIRED = (
    "religion", "ethnicity", "orientation", "sexual_history", "test_results", "migration_status", "route",
    "alleged_harmer",
)  # fmt: skip
#: The most answers a form may ask for, where practice sets a number.
AT_MOST = {Channel.HAND_OVER: 6, Channel.CUSTODY: 8}
ROW_FIELDS = ("child", "age", "gender", "language", "need", "with", "number")
#: The only kinds of call that become a concern; every other one is counted and nothing else.
CONCERN_CALLS = ("concern", "repeat_concern")

#: The languages in which forms are written; elsewhere the English words are shown.
WRITTEN_IN = ("en", "ar")
BANK = ("version", "answers", "languages", "other_languages", "paper", "questions", "rows", "unreviewed")

InWords = Mapping[str, str]


def told(words: InWords) -> str:
    """In the language of the page, else in English."""
    return words.get(get_language() or "en") or words["en"]


@dataclass(frozen=True)
class Question:
    name: str
    kind: str
    fills: str
    label: InWords
    short: InWords
    hint: InWords
    options: Mapping[str, InWords]
    lines: int
    topic: str


@dataclass(frozen=True)
class Group:
    title: InWords | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class IntakeForm:
    """One form. `after` is the page that follows sending: `call` asks for a call as well, `sent` does not."""

    name: str
    code: str
    version: int
    channel: Channel
    after: str
    title: InWords
    lead: InWords
    submit: InWords
    groups: tuple[Group, ...]
    required: tuple[str, ...]
    always: Mapping[str, str]
    rows: int
    row_labels: Mapping[str, InWords]

    @property
    def slug(self) -> str:
        return self.name.replace("_", "-")

    def questions(self) -> tuple[Question, ...]:
        return tuple(question for group in self.groups for question in group.questions)


def _question(name: str, part: Part) -> Question:
    part.only("kind", "fills", "label", "hint", "short", "options", "lines", "topic")
    kind = part.choice("kind", KINDS)
    options = {code: one.words("text") for code, one in _options(part)} if part.has("options") else {}
    return Question(
        name, kind, part.choice("fills", (*CLEAR, *WORDS)), part.words("label"), part.words("short"),
        part.words("hint") if part.has("hint") else {"en": ""}, options,
        part.whole("lines") if part.has("lines") else 1,
        part.choice("topic", NEVER_REQUIRED) if part.has("topic") else "",
    )  # fmt: skip


def _options(part: Part) -> list[tuple[str, Part]]:
    """Each option as a part of its own, so that a slip in one language names its place."""
    return [
        (code, Part(part.file, f"{part.path}.options.{code}", {"text": words}))
        for code, words in part.part("options").value.items()
    ]


def _form(path: Path, bank: Mapping[str, Question], labels: Mapping[str, InWords]) -> IntakeForm:
    part = read(path).only(
        "version",
        "code",
        "channel",
        "after",
        "title",
        "lead",
        "submit",
        "groups",
        "required",
        "always",
        "rows",
    )
    groups = tuple(_group(one, bank) for one in part.parts("groups"))
    form = IntakeForm(
        path.stem, part.text("code"), part.whole("version"), Channel(part.choice("channel", Channel.values)),
        part.choice("after", ("call", "sent")), part.words("title"), part.words("lead"), part.words("submit"),
        groups, part.texts("required"), dict(part.part("always").value) if part.has("always") else {},
        part.whole("rows") if part.has("rows") else 0, labels,
    )  # fmt: skip
    _check(part, form)
    return form


def _group(part: Part, bank: Mapping[str, Question]) -> Group:
    part.only("title", "questions")
    for name in part.texts("questions"):
        if name not in bank:
            raise part.wrong("questions", f"'{name}' is not in questions.yaml.")
    title = part.words("title") if part.has("title") else None
    return Group(title, tuple(bank[name] for name in part.texts("questions")))


def _check(part: Part, form: IntakeForm) -> None:
    asked = {question.name: question for question in form.questions()}
    if len(asked) != len(form.questions()):
        raise part.wrong("groups", "asks the same question twice.")
    if len(asked) > AT_MOST.get(form.channel, len(asked)):
        raise part.wrong(
            "groups", f"asks {len(asked)} questions; at most {AT_MOST[form.channel]} are allowed."
        )
    for name in form.required:
        if name not in asked:
            raise part.wrong("required", f"'{name}' is not asked in this form.")
        if asked[name].topic:
            raise part.wrong("required", f"'{name}' is about {asked[name].topic}, which is never required.")
    for fact, answer in form.always.items():
        if fact not in CLEAR or answer not in Answer.values:
            raise part.wrong("always", f"{fact}: {answer} is no clear answer.")


@cache
def clear_answers() -> Mapping[str, InWords]:
    """Yes, no, I don't know."""
    part = read(HERE / "questions.yaml").part("answers")
    return {answer: part.words(answer) for answer in Answer.values}


@cache
def paper_words() -> Mapping[str, InWords]:
    """The fixed words of every paper."""
    part = read(HERE / "questions.yaml").part("paper")
    return {name: part.words(name) for name in part.value}


@cache
def unreviewed() -> Mapping[str, str]:
    """By language: what a paper says whose words nobody has reviewed yet."""
    part = read(HERE / "questions.yaml").part("unreviewed")
    return {code: part.text(code) for code in part.value}


@cache
def _language_data() -> tuple[tuple[str, ...], Mapping[str, InWords]]:
    whole = read(HERE / "questions.yaml")
    others = whole.part("other_languages")
    return whole.texts("languages"), {code: others.words(code) for code in others.value}


def languages() -> list[tuple[str, str]]:
    """What a child may speak: (BCP 47, its name in the page's language), in the order of that language."""
    codes, others = _language_data()
    page = get_language() or "en"
    names = Locale.parse(page if page in WRITTEN_IN else "en").languages
    known = sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])
    return [*known, *((code, told(words)) for code, words in others.items())]


def options_of(question: Question) -> list[tuple[str, str]]:
    """Stored value and words of every answer that can be ticked or chosen."""
    if question.kind == "language":
        return languages()
    return [(value, told(words)) for value, words in (question.options or clear_answers()).items()]


@cache
def intake_forms(folder: Path = HERE) -> Mapping[str, IntakeForm]:
    """Every form by name. A slip in one of the files stops the start."""
    whole = read(folder / "questions.yaml").only(*BANK)
    bank = {name: _question(name, part) for name, part in whole.part("questions").each()}
    labels = {name: whole.part("rows").words(name) for name in ROW_FIELDS}
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != "questions.yaml")
    forms = {path.stem: _form(path, bank, labels) for path in paths}
    if idle := bank.keys() - {q.name for form in forms.values() for q in form.questions()}:
        raise whole.wrong("questions", f"no form asks: {', '.join(sorted(idle))}.")
    return forms
