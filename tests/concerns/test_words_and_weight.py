"""Every public page about a concern, as it is sent: plain enough to read, light enough for an old phone."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from amparo.rooms.concerns.tests.public_door import Visitor, carried, receipt_in
from amparo.web.reading import grade, words_of

BUDGET = 60_000
GRADE = {"report": 8, "me": 5}
TEXT = "Someone cries at night. "


def every_page(client, kind, language="en"):
    """name -> html, from the first page to the answer, the way somebody walks through."""
    visitor = Visitor(client, kind, language)
    pages = {"start": visitor.html}
    visitor.send(go="next")
    while (step := carried(visitor.html)["step"]) != "check":
        pages[step] = visitor.html
        visitor.send(**{step: {"danger": "yes", "safe": "no", "saw": TEXT * 100}.get(step, "")}, go="next")
    pages["check"] = visitor.html
    pages["received"] = visitor.send(go="send").html
    code = receipt_in(visitor.html)
    ask = f"/{language}/answer/"
    pages["code"] = client.get(ask).content.decode()
    pages["wrong code"] = client.post(ask, {"receipt": "x"}).content.decode()
    pages["answer"] = client.post(ask, {"receipt": code}).content.decode()
    pages["take back?"] = client.post(ask, {"receipt": code, "go": "ask-withdraw"}).content.decode()
    pages["added"] = client.post(ask, {"receipt": code, "go": "add", "words": "More"}).content.decode()
    pages["taken back"] = client.post(ask, {"receipt": code, "go": "withdraw"}).content.decode()
    pages["stopped"] = client.get(f"/{language}/stopped/").content.decode()
    return pages


def ours(html):
    """The words of the page itself, without what the reporter typed."""
    return words_of(html.replace(TEXT.strip(), ""))


@pytest.mark.parametrize("kind", ["report", "me"])
def test_every_page_is_plain_enough(public_door, kind):
    pages = every_page(public_door, kind)
    words = "\n".join(ours(html) for html in pages.values())
    assert len(words.split()) > 300
    assert grade(words) <= GRADE[kind]
    hard = {name: round(grade(ours(html)), 1) for name, html in pages.items() if len(ours(html).split()) > 25}
    assert {name: g for name, g in hard.items() if g > GRADE[kind] + 1} == {}


def test_hard_words_on_a_child_s_page_would_be_found(public_door):
    html = Visitor(public_door, "me").html
    hard = "<p>Disclosure necessitates immediate multidisciplinary notification of competent authorities.</p>"
    assert grade(ours(html)) <= 5 < grade(ours(html.replace("</main>", hard * 6 + "</main>")))


def sent(data: bytes) -> int:
    return len(gzip.compress(data, 6, mtime=0))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", ["report", "me"])
def test_no_page_with_all_it_loads_is_heavier_than_sixty_kilobytes(public_door, kind, language):
    weights = {}
    for name, html in every_page(public_door, kind, language).items():
        files = set(re.findall(r'(?:src|href)="/static/([^"]+)"', html))
        assert any(f.endswith(".css") for f in files), name
        weights[name] = sent(html.encode()) + sum(sent(Path(finders.find(f)).read_bytes()) for f in files)
    assert {name: w for name, w in weights.items() if w > BUDGET} == {}


@pytest.mark.parametrize("kind", ["report", "me"])
def test_every_page_can_be_left_says_the_numbers_and_has_one_title(public_door, kind):
    for name, html in every_page(public_door, kind).items():
        assert "<title>Help</title>" in html, name
        assert "data-leave=" in html, name
        assert "000 111" in html, name
        assert html.count("<h1") == 1, name


SHAMING = re.compile(
    r"\b(victim|should have|why did you|must tell us|liar|prove|your fault(?<!not your fault))\b"
)


def test_the_child_is_never_shamed_or_pressed(public_door):
    said = " ".join(ours(html).lower() for html in every_page(public_door, "me").values())
    assert "not your fault" in said
    assert SHAMING.findall(said) == []
