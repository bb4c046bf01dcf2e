"""Rules for templates, styles and scripts of the whole house; each rule is shown to find what it forbids."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import amparo

PACKAGE = Path(amparo.__file__).parent
TEMPLATES = sorted(p for p in PACKAGE.rglob("templates/**/*.html"))
STYLES = sorted(PACKAGE.rglob("static/**/*.css"))
SCRIPTS = sorted(PACKAGE.rglob("static/**/*.js"))
MAX_LINES = 150

TRANSLATED = re.compile(
    r"{% (?:blocktranslate|blocktrans)\b.*?{% end(?:blocktranslate|blocktrans) %}", re.DOTALL
)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)
DATA = re.compile(r"<script[^>]*type=\"application/json\"[^>]*>.*?</script>|<code>.*?</code>", re.DOTALL)
ATTRIBUTES_READ = re.compile(r"\b(?:alt|title|aria-label|placeholder)=\"([^\"{]*[A-Za-z]{2}[^\"{]*)\"")
PHYSICAL = re.compile(r"(?<![\w-])(?:[\w-]*-)?(?:left|right)\b(?=\s*[:;,)}\s])|(?<=[-(\s])(?:left|right)\b")
#: Words that need no translation: the empty page says nothing, and the gallery names tags.
UNTRANSLATED_ON_PURPOSE = {"web/templates/web/away.html", "web/templates/web/gallery.html"}


def no_inline_script(text: str) -> list[str]:
    bare = re.sub(r"<script[^>]*type=\"application/json\"[^>]*>", "", text)
    return re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=\"[^\"]*\"|javascript:", bare)


def no_inline_style(text: str) -> list[str]:
    return re.findall(r"<style\b|\sstyle=[\"'{]", text)


def no_unsafe_marks(text: str) -> list[str]:
    return re.findall(r"\|\s*safe\b|{% autoescape off|mark_safe|\bhx-on", text)


def no_untranslated_words(text: str) -> list[str]:
    found = ATTRIBUTES_READ.findall(text)
    text = re.sub(r"{% block columns %}.*?{% endblock %}", "", text)  # a block of class names, not of words
    text = DATA.sub(" ", COMMENT.sub(" ", TRANSLATED.sub(" ", text)))
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", "\n", text)
    return found + [line.strip() for line in text.split("\n") if re.search(r"[A-Za-z]{2}", line)]


def no_physical_sides(text: str) -> list[str]:
    return PHYSICAL.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def no_third_party(text: str) -> list[str]:
    return [u for u in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) if "www.w3.org" not in u]


def no_store_on_the_device(text: str) -> list[str]:
    return re.findall(r"localStorage|indexedDB|document\.cookie|\beval\(|innerHTML", text)


RULES: list[tuple[Callable[[str], list[str]], list[Path], str]] = [
    (no_inline_script, TEMPLATES, '<script>alert(1)</script><a onclick="x()">'),
    (no_inline_style, TEMPLATES, '<p style="color: red">'),
    (no_unsafe_marks, TEMPLATES, "{{ words|safe }}"),
    (no_untranslated_words, TEMPLATES, '<p>Hello {{ name }}</p><img alt="A picture">'),
    (no_third_party, [*TEMPLATES, *STYLES, *SCRIPTS], "@import url(https://fonts.example.com/x.css)"),
    (no_physical_sides, STYLES, "p { margin-left: 1px; text-align: right; float: left }"),
    (no_store_on_the_device, SCRIPTS, "localStorage.x = 1"),
]


@pytest.mark.parametrize(("rule", "files", "bad"), RULES, ids=[rule.__name__ for rule, _, _ in RULES])
def test_rule_holds_everywhere_and_finds_what_it_forbids(rule, files, bad):
    assert rule(bad), "the rule is blind"
    assert files, "the rule looks at nothing"
    found = {}
    for path in files:
        name = path.relative_to(PACKAGE).as_posix()
        if rule is no_untranslated_words and name in UNTRANSLATED_ON_PURPOSE:
            continue
        if hits := rule(path.read_text(encoding="utf-8")):
            found[name] = hits
    assert found == {}


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS], ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_file_is_short_enough_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_physical_sides_rule_counts_each():
    assert len(no_physical_sides("p { margin-left: 1px; text-align: right; float: left }")) == 3
    assert no_physical_sides("p { margin-inline-start: 1px; text-align: start } .copyright { x: y }") == []


def test_every_posting_form_carries_its_token():
    found = {}
    for path in TEMPLATES:
        for form in re.findall(
            r"<form[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.DOTALL
        ):
            # the public door knows nobody: a token would need a cookie, and guards no authority
            is_public = "concerns/public/" in path.as_posix()
            if "csrf_token" not in form and path.name != "gallery.html" and not is_public:
                found[path.name] = form[:80]
    assert found == {}
