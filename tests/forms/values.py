"""What somebody, or something, could send for a question."""

from __future__ import annotations

import uuid
from typing import Any

from hypothesis import strategies as st

from tests.forms.reading import Field

#: Stands in every text that a test types; nothing that the platform writes down for itself may hold it.
MARK = "Zq7Canary"
SCRIPT = f"<script>{MARK}()</script>"
HANDLER = f'"><img src=x onerror={MARK}()>'
TEMPLATE = "{{ " + MARK + " }}{% now 'Y' %}"

PLAIN = st.sampled_from([
    f"{MARK} has a blue bag", f"{MARK} مرحبا", f"{MARK} 中文 名字", f"{MARK} 👩‍👧 🇺🇳", f"{MARK}\u202e back\u202c",
    f"{MARK} \u200f\u200e", f"{MARK} line one\nline two", f"{MARK} O'Brien & Söhne <b>", f"{MARK} ' OR 1=1 --",
    f"{MARK} ZA\u0335\u0327LGO\u0300\u0301", SCRIPT, HANDLER, TEMPLATE, f"javascript:{MARK}", f"{MARK}%00%0a..%2f",
])  # fmt: skip
BROKEN = st.sampled_from(
    [f"{MARK}\x00", f"\x1b[31m{MARK}", f"{MARK}\x85\x7f", f"{MARK}\ufffe", "\x00", "\x08"]
)
LONG = st.sampled_from([MARK + "x" * 300, MARK + "ع" * 12_000, MARK + "👩‍👧" * 3_000, MARK + "\n" * 11_000])
BLANK = st.sampled_from(["", " ", "\n\n", "\u00a0", "\u200b"])
NUMBERS = st.sampled_from(["-1", "0", "1", "12", "31", "2011", "99999999999999999999", "1e9", "NaN", "٣", "０", "1.5", "0x1",
                           "9" * 400, "²"])  # fmt: skip
DATES = st.sampled_from(
    ["2024-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2011-05-31", "31/12/2025", "tomorrow"]
)
IDS = st.sampled_from(
    ["not-an-id", "0" * 32, "{" + str(uuid.UUID(int=5)) + "}", "urn:uuid:" + str(uuid.UUID(int=7))]
)
CODES = st.sampled_from(["K7-4Q2M", "k74q2m", "000000", "K7‑4Q2M", "I1O0L2"])
ADDRESSES = st.sampled_from(
    [f"{MARK}@example.org", "a@b", "@", f"{MARK}@xn--", "a" * 300 + "@example.org", f'"{MARK}"@x.org']
)
OTHERWISE = st.one_of(PLAIN, BROKEN, LONG, BLANK, NUMBERS, DATES, IDS, CODES, ADDRESSES)
#: Halves of surrogate pairs and other bytes that are no UTF-8, as a broken client would send them.
RAW = st.sampled_from(["%ED%A0%80", "%FF%FE", "%C0%AF", "%F0%9F", "abc%ED%BF%BFdef"])


def for_field(field: Field, foreign: list[str]) -> st.SearchStrategy[list[str]]:
    """Usually an answer of the kind asked for, otherwise anything; sometimes none, sometimes two."""
    one = _fitting(field, foreign) | OTHERWISE | st.sampled_from(foreign)
    return st.one_of(_fitting(field, foreign).map(lambda v: [v]), one.map(lambda v: [v]), st.just([]),
                     st.lists(one, min_size=2, max_size=3))  # fmt: skip


def _fitting(field: Field, foreign: list[str]) -> st.SearchStrategy[str]:
    if field.choices:
        return st.sampled_from(field.choices)
    if field.kind == "hidden":
        return st.sampled_from(field.values or [""])
    if field.name.endswith(("_day", "_month", "_year")):
        return NUMBERS
    if "mail" in field.name or field.name == "login":
        return ADDRESSES
    if "code" in field.name:
        return CODES | PLAIN
    return PLAIN


def answers(form: Any, foreign: list[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Everything one press of the button sends, except the form's own token."""
    asked = [f for f in form.fields.values() if f.kind != "file" and f.name != "csrfmiddlewaretoken"]
    parts = [for_field(f, foreign).map(lambda vs, name=f.name: [(name, v) for v in vs]) for f in asked]
    buttons = st.sampled_from(form.buttons).map(lambda b: [b]) if form.buttons else st.just([])
    extra = st.sampled_from(
        [[], [], [("version", "-5")], [("unknown", "x")], [("id", str(uuid.UUID(int=3)))]]
    )
    return st.tuples(*parts, buttons, extra).map(lambda groups: [pair for group in groups for pair in group])
