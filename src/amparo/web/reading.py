"""How hard an English text is to read: the Flesch-Kincaid grade (Kincaid et al. 1975, US Navy report 8-75).

A formula checks, it does not prove: a low grade can still be a bad text. English only.
"""

from __future__ import annotations

import re
from html import unescape

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
VOWELS = re.compile(r"[aeiouy]+")
SENTENCE_END = re.compile(r"[.!?]+[”\"')]*(?:\s|$)|\n+")
PROSE_END = re.compile(r"[.!?][”\"')]*\s*$")
BLOCK = re.compile(
    r"</(?:p|li|h[1-6]|summary|dt|dd|label|legend|button|td|th|title)>|<br\s*/?>", re.IGNORECASE
)
UNREAD = re.compile(r"<(script|style|head|svg)\b.*?</\1>", re.IGNORECASE | re.DOTALL)


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e at the end; at least one."""
    word = word.lower().replace("’", "'").split("'")[0]
    count = len(VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    if word.endswith(("ed",)) and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)


def grade(text: str) -> float:
    """The school grade that can read the text. Raises ValueError for a text without words."""
    sentences = [s for s in SENTENCE_END.split(text) if WORD.search(s)]
    words = WORD.findall(text)
    if not words:
        raise ValueError("There is nothing to read.")
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def words_of(html: str) -> str:
    """The sentences a person reads of a page, one block a line.

    Links of menus, headings and labels are left out: each would count as a sentence of two easy words.
    """
    text = BLOCK.sub("\n", UNREAD.sub(" ", html))
    lines = unescape(re.sub(r"<[^>]+>", "", text)).split("\n")
    joined = "\n".join(line.strip() for line in lines)
    return "\n".join(" ".join(block.split()) for block in joined.split("\n") if PROSE_END.search(block))
