"""From the letters of a name to its consonant skeleton, for Latin and Arabic script alike.

The same name is written in many ways at a border: Muhammad, Mohamed and محمد must meet. Vowels differ
most, so they go; consonants that one script writes and the other does not tell apart share a class:

    b p ب پ | t th ت ط ث | d dh z د ذ ض ظ ز | s sh ch س ش ص چ | g j gh ج غ ژ گ | k q kh ق ك خ
    f ph v ف | h ح ه | r ر | l ل | m م | n ن

A vowel (or ع, ا) that begins a name leaves the mark "a"; w and y count only at the beginning; a final h
is not heard; doubled letters count once in Latin, where they stand for shadda. Lossy on purpose: it
narrows a search, and a person reads the result. What it cannot do: names that are other words in another
language (Yusuf and Joseph), and scripts other than these two, which are compared as written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("بپ", "b"),
        **dict.fromkeys("تطټٹث", "t"),
        **dict.fromkeys("دذضظزډڈڌ", "d"),
        **dict.fromkeys("سشصچښڅ", "s"),
        **dict.fromkeys("جغژگږځڨ", "g"),
        **dict.fromkeys("قكکخڪ", "k"),
        **dict.fromkeys("فڤڥ", "f"),
        **dict.fromkeys("حهھہۀ", "h"),
        **dict.fromkeys("رړڑڕ", "r"),
        **dict.fromkeys("لڵ", "l"),
        **dict.fromkeys("نںڼ", "n"),
        "م": "m",
        **dict.fromkeys("اأإآٱعءئؤىۍېێەے", ""),
        **dict.fromkeys("وۆۇ", "w"),
        **dict.fromkeys("يی", "y"),
    }
)
ARABIC_VOWELS: Final = frozenset("اأإآٱعء")
ARABIC_NO_ARTICLE: Final = frozenset({"الياس", "الهام"})  # names that begin so, not "the …"
GOD: Final = "الله"
FINAL_TA: Final = "ةۃ"

LATIN_LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "e", "œ": "e", "þ": "t", "ə": "e", "ɛ": "e"}
    | dict.fromkeys("şšșŝçč", "sh")
)
ARABIZI: Final = str.maketrans({"2": "", "3": "a", "5": "k", "7": "h"})  # letters that phones write as digits
LATIN_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^ou(?=[aeiou])", "w"),  # Ouassim, Wassim
        (r"dsch|dzh|dj|gh|zh|j", "g"),
        (r"tsch|tch|sch|tsh|sh|ch", "s"),
        (r"kh|ck|qu|q", "k"),
        (r"ph|v", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"x", "ks"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"p", "b"),
        (r"z$", "s"),  # Gonzalez, Gonzales
        (r"z", "d"),
        (r"(.)\1+", r"\1"),
    )
)
LATIN_ARTICLE: Final = re.compile(r"^[ae]l(?=[bcdfghjklmnpqrstvwxz].{3})")
LATIN_SERVANT: Final = re.compile(r"^abd[aeiou]{0,2}+(?:l(?!l)|([b-z])(?=\1))?+(?=.{2})")


def is_arabic(token: str) -> bool:
    """Whether the token is written in Arabic letters (Arabic, Persian, Urdu, Pashto, Kurdish)."""
    return "\u0600" <= token[0] <= "\u06ff" or "\u0750" <= token[0] <= "\u077f"


def without_marks(text: str) -> str:
    """Lower case, compatibility forms resolved; accents, harakat and tatweel gone.

    Letters with a sound of their own (ş, ç, ø) are spelt out first, and Arabic letters keep their hamza.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFC", text).translate(LATIN_LETTERS)
    kept = []
    for letter in text:
        base = letter if "\u0600" <= letter <= "\u06ff" else unicodedata.normalize("NFKD", letter)
        kept.append("".join(sign for sign in base if not unicodedata.combining(sign) and sign != "\u0640"))
    return "".join(kept)


def skeleton(token: str) -> str:
    """The consonant skeleton of one token of `without_marks`; other scripts come back as they are."""
    if is_arabic(token):
        return _arabic(token)
    if token.isascii():
        return _latin(token.translate(ARABIZI))
    return token


def _arabic(token: str) -> str:
    if token.startswith("عبد") and len(token) > 4:
        return "abd" + _arabic_plain(_without_article(token[3:]))
    return _arabic_plain(_without_article(token))


def _without_article(token: str) -> str:
    long_enough = len(token) > 4 or token == GOD
    has_article = token.startswith("ال") and long_enough and token not in ARABIC_NO_ARTICLE
    return token[2:] if has_article else token


def _arabic_plain(token: str) -> str:
    first = "a" if token[0] in ARABIC_VOWELS else ""
    token = re.sub(f"[{FINAL_TA}]$", "", token)
    token = re.sub("[زظ]$", "س", token)  # as the final z of Latin
    sounds = re.sub(f"[{FINAL_TA}]", "t", token).translate(ARABIC)
    return _ends(first, sounds)


def _latin(token: str) -> str:
    servant = LATIN_SERVANT.match(token)
    if servant:
        return "abd" + _latin_plain(token[servant.end() :])
    return _latin_plain(LATIN_ARTICLE.sub("", token))


def _latin_plain(token: str) -> str:
    for pattern, sound in LATIN_SOUNDS:
        token = pattern.sub(sound, token)
    first = "a" if token[:1] and token[0] in "aeiou" else ""
    return _ends(first, re.sub("[aeiou]", "", token))


def _ends(first: str, sounds: str) -> str:
    """w and y only at the beginning, no final h; never empty, so that "Aya" still has a skeleton."""
    if first:
        sounds = re.sub("[wy]", "", sounds)
    else:
        sounds = sounds[:1] + re.sub("[wy]", "", sounds[1:])
    if len(sounds) > 1 or first:
        sounds = sounds.removesuffix("h")
    return first + sounds
