"""Reads a rule file strictly: an unknown key, a wrong type or a doubled key stops the start.

A rule that is silently ignored is worse than a platform that does not start: a misspelt `limit` would mean a
child for whom nobody is reminded. Each message names the file, the key and what to write instead.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class RuleError(ValueError):
    """A rule file says something that cannot be understood."""

    def __init__(self, file: str, key: str, what: str) -> None:
        super().__init__(f"{file}: {key}: {what}" if key else f"{file}: {what}")
        self.file, self.key, self.what = file, key, what


class _NoDoubles(yaml.SafeLoader):
    """Plain YAML keeps the last of two equal keys without a word; here the second one is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(getattr(key, "value", ""))
            if name in seen:
                line = key.start_mark.line + 1
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{name}' stands twice (line {line}). Keep one of the two."
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


# YAML 1.1 reads `no`, `on` and `yes` as booleans and so would turn the language code `no` into False.
_NoDoubles.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Part:
    """One mapping of a rule file, together with the way to it."""

    file: str
    path: str
    value: Mapping[str, Any]

    def wrong(self, key: str, what: str) -> RuleError:
        return RuleError(self.file, f"{self.path}.{key}".strip("."), what)

    def only(self, *known: str) -> Part:
        for key in self.value:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                hint = f"Did you mean '{near[0]}'?" if near else f"Known keys: {', '.join(known)}."
                raise self.wrong(str(key), f"unknown key. {hint}")
        return self

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def text(self, key: str) -> str:
        found = self._needed(key)
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(key, f"expected a text, found {found!r}. Put the words in quotes.")
        return found.strip()

    def whole(self, key: str, least: int = 1) -> int:
        found = self._needed(key)
        if isinstance(found, bool) or not isinstance(found, int) or found < least:
            raise self.wrong(key, f"expected a whole number of at least {least}, found {found!r}.")
        return found

    def choice(self, key: str, options: Sequence[str]) -> str:
        found = self.text(key)
        if found not in options:
            raise self.wrong(key, f"'{found}' is not known. Write one of: {', '.join(options)}.")
        return found

    def flag(self, key: str) -> bool:
        found = self._needed(key)
        if found not in ("true", "false"):
            raise self.wrong(key, f"expected true or false, found {found!r}.")
        return bool(found == "true")

    def day(self, key: str) -> dt.date:
        found = self._needed(key)
        if not isinstance(found, dt.date) or isinstance(found, dt.datetime):
            raise self.wrong(key, f"expected a date such as 2027-05-03, found {found!r}.")
        return found

    def part(self, key: str) -> Part:
        return _as_part(self.file, f"{self.path}.{key}".strip("."), self._needed(key))

    def parts(self, key: str) -> list[Part]:
        found = self._list(key)
        return [_as_part(self.file, f"{self.path}.{key}[{n}]".strip("."), one) for n, one in enumerate(found)]

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._list(key)
        for one in found:
            if not isinstance(one, str) or not one.strip():
                raise self.wrong(key, f"expected a list of words, found {one!r} in it.")
        return tuple(found)

    def words(self, key: str) -> dict[str, str]:
        """A text in languages: `{en: …, ar: …}`. English must be there: the others fall back to it."""
        inner = self.part(key)
        if "en" not in inner.value:
            raise inner.wrong("en", "missing. Give the English text; other languages stand beside it.")
        return {str(code): inner.text(str(code)) for code in inner.value}

    def each(self) -> Iterator[tuple[str, Part]]:
        for key, value in self.value.items():
            yield str(key), _as_part(self.file, f"{self.path}.{key}".strip("."), value)

    def _needed(self, key: str) -> Any:
        if self.value.get(key) is None:
            raise self.wrong(key, "missing. Add it; the head of the file says what it means.")
        return self.value[key]

    def _list(self, key: str) -> list[Any]:
        found = self._needed(key)
        if not isinstance(found, list) or not found:
            raise self.wrong(key, f"expected a list with at least one entry, found {found!r}.")
        return found


def _as_part(file: str, path: str, value: Any) -> Part:
    if not isinstance(value, Mapping):
        raise RuleError(file, path, f"expected keys and values, found {value!r}.")
    return Part(file, path, value)


def read(path: Path) -> Part:
    """The whole file as one part. Any way in which it cannot be read is a RuleError."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_NoDoubles)  # noqa: S506 – a SafeLoader
    except OSError as error:
        raise RuleError(
            path.name, "", f"cannot be opened ({error.strerror}). Is it in its folder?"
        ) from error
    except UnicodeDecodeError as error:
        raise RuleError(path.name, "", "is not UTF-8. Save it again as UTF-8.") from error
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "is no YAML"
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise RuleError(path.name, "", f"{where}{problem}") from error
    except ValueError as error:  # PyYAML builds dates itself: `2027-02-30` ends here
        raise RuleError(path.name, "", f"holds an impossible value ({error}). Correct the date.") from error
    return _as_part(path.name, "", found)
