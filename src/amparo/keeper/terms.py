"""What may be searched, how it is made equal, and its entries in the blind index.

Three terms, because anything more common (sex, nationality, a first name, a place) shows by its frequency:

* ``name``      two names of a person (in any order, by skeleton) with the year of birth; a person with one
                name only has that one with the year
* ``phone``     a telephone number
* ``document``  the number of a paper, a file, a register

An entry is HMAC-SHA256 under the index key, cut to a few bits. With N entries, log2(N) - 2 bits give each
query about four wrong candidates, which the keeper opens and compares. Fewer bits cost time; more bits make
each entry a name tag, by which a thief who knows one child's entry finds the sibling, and counts how common
a name is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from amparo.keeper.letters import GOD, is_arabic, skeleton, without_marks


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERSION: Final = 1
DEFAULT_BITS: Final = 18  # log2 of a million entries, less 2: about 250,000 children with four entries each
MAX_NAMES: Final = 6  # 15 pairs; longer names lose their tail
YEARS_AROUND: Final = 1  # a year of birth is often an estimate
PHONE_TAIL: Final = 7  # the shortest national numbers; country and trunk prefixes lie before it
DOCUMENT_SIGNS: Final = 4
SILENT: Final = "'`’‘ʼʿʾ\u200c\u200d"  # inside a name, not between names

_PARTICLES: Final = _words(
    "al el as ash ar an ad at az ed er en es et ech ess ben bin ibn ibnu bint bnt binti beni bani ould wuld "
    "mint de da do dos das del della di du la le las los van von der den y e بن ابن بنت ال"
)
_TO_PREVIOUS: Final = {  # Nour ed-Din, Noureddine; Saif Allah, Saifullah
    **dict.fromkeys(_words("din dine deen eddin eddine eldin eldine aldin aldeen eldeen uddin ddine"), "din"),
    **dict.fromkeys(_words("allah ullah ollah alla"), "lah"),
    "الدين": "دين",
    GOD: "له",
}
_SERVANT: Final = _words("abd abdu abdul abdel abdal abdoul عبد")
_NAME_KEYS: Final = ("name", "names", "given_name", "given_names", "family_name", "other_names")
_PHONE_KEYS: Final = ("phone", "phones")
_DOCUMENT_KEYS: Final = ("document", "documents", "document_number", "numbers")


@dataclass(frozen=True, slots=True)
class Name:
    """The skeletons of a person's names and the year of birth."""

    skeletons: frozenset[str]
    year: int

    def keys(self, years_around: int = 0) -> set[str]:
        """What is looked up: each pair of names (or the only one) with each year."""
        pairs = combinations(sorted(self.skeletons), min(2, len(self.skeletons)))
        years = range(self.year - years_around, self.year + years_around + 1)
        return {"\x1f".join((*pair, str(year))) for pair in pairs for year in years}

    def meets(self, other: Name) -> bool:
        """Two names in common, or the only name of both; years at most one apart."""
        needed = min(2, max(len(self.skeletons), len(other.skeletons)))
        near = abs(self.year - other.year) <= YEARS_AROUND
        return near and len(self.skeletons & other.skeletons) >= needed


@dataclass(frozen=True, slots=True)
class Terms:
    """All searchable terms of a record, or of a question."""

    name: Name | None = None
    phones: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def keys(self, years_around: int = 0) -> Mapping[str, set[str]]:
        """The values to look up, by term field."""
        return {
            "name": self.name.keys(years_around) if self.name else set(),
            "phone": {phone[-PHONE_TAIL:] for phone in self.phones},
            "document": set(self.documents),
        }

    def meet(self, other: Terms) -> bool:
        """Whether any term of one is a term of the other."""
        return (
            (self.name is not None and other.name is not None and self.name.meets(other.name))
            or any(same_phone(mine, yours) for mine in self.phones for yours in other.phones)
            or not self.documents.isdisjoint(other.documents)
        )


def terms_in(record: Mapping[str, Any]) -> Terms:
    """The terms of an opened record or of a question; keys it does not know are passed over.

    Names: name(s), given_name(s), family_name, other_names; year: birth_year or birth_date ("2011-03-…");
    phone(s); document(s), document_number, numbers. Each a text or a list of texts.
    """
    skeletons = name_skeletons(" ".join(_texts(record, _NAME_KEYS)))
    year = _year(record)
    phones = {phone for text in _texts(record, _PHONE_KEYS) if (phone := phone_digits(text))}
    documents = {number for text in _texts(record, _DOCUMENT_KEYS) if (number := document_number(text))}
    name = Name(skeletons, year) if skeletons and year else None
    return Terms(name, frozenset(phones), frozenset(documents))


def name_skeletons(text: str) -> frozenset[str]:
    """The skeletons of the names in a text, without particles, compound names as one."""
    letters = without_marks(text)
    words = "".join(" " if not sign.isalnum() and sign not in SILENT else sign for sign in letters)
    tokens = ["".join(sign for sign in word if sign.isalnum()) for word in words.split()]
    names = list(filter(None, map(skeleton, _joined(filter(None, tokens)))))
    return frozenset(names[:MAX_NAMES])


def phone_digits(text: str) -> str:
    """The digits of a number in any script without leading zeros; "" if there are too few to be one."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal()).lstrip("0")
    return digits if len(digits) >= PHONE_TAIL else ""


def same_phone(one: str, other: str) -> bool:
    """Equal but for a country prefix: 0790 123 456 and +962 790 123 456."""
    return one.endswith(other) or other.endswith(one)


def document_number(text: str) -> str:
    """Letters and digits in upper case, digits of any script as 0-9; "" if too short to be a number."""
    plain = unicodedata.normalize("NFKC", text).upper()
    signs = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain if sign.isalnum())
    return signs if len(signs) >= DOCUMENT_SIGNS else ""


def norm_version(bits: int) -> int:
    """Stored beside each entry: entries of another version were made by other rules and must be made anew."""
    return VERSION * 100 + bits


def message(field: str, key: str) -> bytes:
    """What is put through the HMAC: the same value in two fields gives two unrelated entries."""
    return b"amparo/term/v%d|%d|%s|%s" % (VERSION, len(field), field.encode(), key.encode())


def cut(mac: bytes, bits: int) -> bytes:
    """The first `bits` bits, in whole bytes, the rest of the last byte zero."""
    size = (bits + 7) // 8
    return (int.from_bytes(mac[:size], "big") >> -bits % 8 << -bits % 8).to_bytes(size, "big")


def _texts(record: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    found: list[str] = []
    for key in keys:
        value = record.get(key)
        values = value if isinstance(value, list) else [value]
        found += [each for each in values if isinstance(each, str)]
    return found


def _year(record: Mapping[str, Any]) -> int | None:
    text = str(record.get("birth_year") or record.get("birth_date") or "")[:4]
    return int(text) if len(text) == 4 and text.isdecimal() else None


def _joined(tokens: Iterable[str]) -> list[str]:
    names: list[str] = []
    servant = ""
    for token in tokens:
        if names and not servant and token in _TO_PREVIOUS:
            names[-1] += _TO_PREVIOUS[token] if is_arabic(token) == is_arabic(names[-1]) else ""
        elif token in _SERVANT:
            servant = token
        elif token not in _PARTICLES:
            names.append(_servant_of(servant, token))
            servant = ""
    return [*names, servant] if servant else names


def _servant_of(servant: str, token: str) -> str:
    if not servant:
        return token
    return "عبد" + token if is_arabic(token) else "abdul" + _TO_PREVIOUS.get(token, token)
