"""The questions of the public pages, as data: one on each page, never more than eight, each can be left open.

What is chosen stays clear where urgency needs it; all else, and everything typed, goes into the sealed words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

LONGEST = 4000
LONGEST_LINE = 300
YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class Option:
    value: str
    label: Any
    picture: str = ""


@dataclass(frozen=True)
class Question:
    """One page. kind: choice | words | place | contact.

    Attributes:
        extra: the name of a text box below the choices (the spot below the province), or empty.
    """

    name: str
    kind: str
    title: Any
    hint: Any = ""
    options: tuple[Option, ...] = ()
    extra: str = ""
    extra_label: Any = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.name, self.extra) if self.extra else (self.name,)


def _yes_no() -> tuple[Option, ...]:
    return (
        Option(YES, _("Yes"), "yes"),
        Option(NO, _("No"), "no"),
        Option(UNKNOWN, _("I don't know"), "unknown"),
    )


AGES = (
    Option("0-5", _("0 to 5")), Option("6-11", _("6 to 11")), Option("12-15", _("12 to 15")),
    Option("16-17", _("16 or 17")), Option("16-25", _("Maybe older")), Option(UNKNOWN, _("I don't know")),
)  # fmt: skip

NEIGHBOUR: tuple[Question, ...] = (
    Question(
        "danger", "choice", _("Is the child in danger now?"),
        _("For example: being hurt, locked in, or about to be taken away."), _yes_no(),
    ),
    Question(
        "health", "choice", _("May the child need a doctor today?"),
        _("For example: hurt, very ill, or about to have a baby. You need not know why."), _yes_no(),
    ),
    Question("moved", "choice", _("Could the child be taken somewhere else soon?"), "", _yes_no()),
    Question(
        "saw", "words", _("What did you see or hear?"),
        _("Write it as you would tell a friend. Leave out what you do not know. Do not go and look for more."),
    ),
    Question(
        "area", "place", _("Where is the child?"),
        _("Choose the part of the country. If you can, add a street, a shop or something near by."),
        extra="spot", extra_label=_("Where there?"),
    ),
    Question("age", "choice", _("About how old is the child?"), _("A guess is fine."), AGES),
    Question(
        "gender", "choice", _("Is it a girl or a boy?"), "",
        (Option("girl", _("Girl")), Option("boy", _("Boy")), Option("other", _("Other")),
         Option(UNKNOWN, _("I don't know"))),
    ),
    Question(
        "contact", "contact", _("May we reach you?"),
        _("You do not have to say who you are. If you want a call, write how and when it is safe. "
          "We do not tell the family or the boss."),
    ),
)  # fmt: skip

CHILD: tuple[Question, ...] = (
    Question(
        "safe", "choice", _("Are you safe right now?"), "",
        (Option(YES, _("Yes"), "house"), Option(NO, _("No"), "alarm"), Option(UNKNOWN, _("I don't know"), "unknown")),
    ),
    Question("health", "choice", _("Are you hurt or ill?"), "", _yes_no()),
    Question(
        "about", "choice", _("What is it about?"), _("It is not your fault. Pick what fits best."),
        (Option("hurt", _("Someone hurts me"), "heart"), Option("work", _("I have to work"), "work"),
         Option("photos", _("Photos, touch or my phone"), "phone"),
         Option("place", _("I want to get out of here"), "door"),
         Option("friend", _("I want to help a friend"), "friends"), Option("other", _("Something else"), "talk")),
    ),
    Question(
        "saw", "words", _("Do you want to tell us more?"),
        _("You can use your own words. You can skip this."),
    ),
    Question(
        "age", "choice", _("How old are you?"), "",
        (Option("0-5", _("5 or less")), Option("6-11", _("6 to 11")), Option("12-15", _("12 to 15")),
         Option("16-17", _("16 or 17")), Option("16-25", _("I am older")), Option(UNKNOWN, _("I don't know"))),
    ),
    Question(
        "area", "place", _("Where are you?"), _("You can skip this. It helps us to find someone near you."),
        extra="spot", extra_label=_("Is there a shop, a road or a big house near you?"),
    ),
    Question(
        "contact", "contact", _("How can we talk to you?"),
        _("You do not have to say your name. Only write a way that is safe. Who else may see it? If no way is safe, "
          "skip this. You will get a code to come back."),
    ),
)  # fmt: skip

#: Small drawings of our own: strokes on a grid of 24.
PICTURES: Mapping[str, str] = {
    "yes": "M5 12.500l4.500 4.500L19 7.500",
    "no": "M6 6l12 12M18 6L6 18",
    "unknown": "M8.500 9a3.500 3.500 0 1 1 5 3.200c-1 .5-1.500 1.200-1.500 2.300M12 18v.4",
    "house": "M4 21v-9l8-7 8 7v9zM9.500 21v-5.500h5V21",
    "alarm": "M12 3.500L22 20H2zM12 10v4.500M12 17.200v.3",
    "heart": "M12 20s-7-4.400-9-8.600A4.800 4.800 0 0 1 12 7a4.800 4.800 0 0 1 9 4.400C19 15.600 12 20 12 20z"
    "M13 8l-2.500 4 3 1-2 4",
    "work": "M4 13h16v7H4zM6 13V8h4v5M14 13V5h4v8",
    "phone": "M7 3h10v18H7zM11 18h2M9.500 6h5v7h-5z",
    "door": "M6 21V4h9v17M3 21h18M12 12.500v.5M18 8l3 3-3 3",
    "friends": "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM17 6.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z"
    "M2.500 20a5.500 5.500 0 0 1 11 0M14 16a4 4 0 0 1 7.500 2.500",
    "talk": "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5",
}
FIELDS = tuple(dict.fromkeys(name for one in (*NEIGHBOUR, *CHILD) for name in one.fields))
