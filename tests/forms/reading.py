"""Reads the forms of a page as a browser would: where each goes, what it asks, what it was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

NOT_TYPED = frozenset({"submit", "button", "image", "reset"})


@dataclass
class Field:
    name: str
    kind: str
    values: list[str] = field(default_factory=list)  # what a browser would send as it stands
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    is_multipart: bool
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def typed(self) -> list[Field]:
        return [f for f in self.fields.values() if f.kind != "hidden"]

    def shape(self) -> frozenset[str]:
        """What it asks, whatever was answered: tells a form shown again from another one."""
        return frozenset(self.fields)

    def as_it_stands(self) -> list[tuple[str, str]]:
        sent = [(f.name, value) for f in self.fields.values() for value in f.values if f.kind != "file"]
        return sent + self.buttons[:1]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.area: Field | None = None
        self.select: Field | None = None
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.has_summary = False
        self.summary = ""
        self._depth = 0
        self._in_script = False

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs: dict[str, str] = {name: value or "" for name, value in pairs}
        self.handlers += [f"{tag} {name}" for name in attrs if name.startswith("on")]
        if self._depth:
            self._depth += tag == "div"
        elif "data-error-summary" in attrs:
            self.has_summary, self._depth = True, 1
        if tag == "script":
            self._in_script = True
        if tag == "form":
            is_multipart = attrs.get("enctype") == "multipart/form-data"
            self.form = Form(attrs.get("action", ""), attrs.get("method", "get").lower(), is_multipart)
            self.forms.append(self.form)
        elif self.form is not None:
            self._control(tag, attrs, self.form)

    def _control(self, tag: str, attrs: dict[str, str], form: Form) -> None:
        name, kind = attrs.get("name", ""), attrs.get("type", "text")
        if tag == "option" and self.select is not None:
            self.select.choices.append(attrs.get("value", ""))
            if "selected" in attrs:
                self.select.values = [attrs.get("value", "")]
        elif not name or "disabled" in attrs:
            return
        elif tag == "button" or (tag == "input" and kind in NOT_TYPED):
            form.buttons.append((name, attrs.get("value", "")))
        elif tag == "textarea":
            self.area = form.fields.setdefault(name, Field(name, "textarea"))
            self.area.values = [""]
        elif tag == "select":
            self.select = form.fields.setdefault(name, Field(name, "select"))
        elif tag == "input":
            found = form.fields.setdefault(name, Field(name, kind))
            if kind in ("radio", "checkbox"):
                found.choices.append(attrs.get("value", "on"))
                if "checked" in attrs:
                    found.values.append(attrs.get("value", "on"))
            else:
                found.values.append(attrs.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag == "div":
            self._depth -= 1
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area is not None:
            # a browser leaves out the newline that Django writes before the text
            self.area.values = [self.area.values[0].removeprefix("\n")]
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "script":
            self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)
        if self.area is not None:
            self.area.values[0] += data
        if self._depth:
            self.summary += data


@dataclass(frozen=True)
class Page:
    forms: list[Form]
    scripts: list[str]
    handlers: list[str]
    has_summary: bool
    summary: str


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    said = " ".join(reader.summary.split())
    return Page(reader.forms, reader.scripts, reader.handlers, reader.has_summary, said)


def answer(response: Any) -> Page:
    return read(response.content.decode())
