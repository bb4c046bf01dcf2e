"""Reporting a concern without an account. Answers travel in hidden fields: no cookie, no session, nothing kept here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from amparo.foundation.doors import public
from amparo.foundation.errors import AmparoError, Refused
from amparo.rooms.concerns import receipts
from amparo.rooms.concerns.queries import public as door

from . import answers as said
from .questions import CHILD, NEIGHBOUR, PICTURES, Question

WHY = "somebody who saw a child in danger must not need an account"


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """In the language of the path, and kept nowhere: neither by the browser nor on the way."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, code: str, **given: Any) -> HttpResponse:
        with translation.override(code):
            response = view(request, code, **given)
        response.headers["Content-Language"] = code
        response.headers["Cache-Control"] = "no-store"
        return response

    return wrapper


@public(because=WHY)
@require_http_methods(["GET", "HEAD", "POST"])
@page
def report(request: HttpRequest, code: str) -> HttpResponse:
    return Walk(request, code, is_child=False).answer()


@public(because="a child who wants help must not need an account")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def me(request: HttpRequest, code: str) -> HttpResponse:
    return Walk(request, code, is_child=True).answer()


@public(because="stopping needs no account either")
@require_http_methods(["GET", "HEAD"])
@page
def stopped(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "concerns/public/stopped.html", {"code": code, **help_numbers()})


class Walk:
    """One step through the questions: what was sent, what is shown next."""

    def __init__(self, request: HttpRequest, code: str, *, is_child: bool) -> None:
        self.request, self.code, self.is_child = request, code, is_child
        self.questions = CHILD if is_child else NEIGHBOUR
        self.names = [question.name for question in self.questions]
        self.areas = _areas(code)
        sent = request.POST
        secret = sent.get("secret", "")
        self.secret = secret if receipts.is_secret(secret) else receipts.new_secret()
        self.answers = said.read(sent, self.questions, [area for area, _ in self.areas])

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show("start", hours=hours_words(None))
        step, go = self.request.POST.get("step", ""), self.request.POST.get("go", "next")
        if go.startswith("to-") and go[3:] in self.names:
            return self.ask(self.names.index(go[3:]), back_to_check=True)
        if step == "check":
            return self.ask(len(self.names) - 1) if go == "back" else send(self)
        if step not in self.names:
            return self.show("start", hours=hours_words(None)) if go == "back" else self.ask(0)
        return self.after(self.names.index(step), go)

    def after(self, at: int, go: str) -> HttpResponse:
        question = self.questions[at]
        if go == "back":
            return self.ask(at - 1) if at else self.show("start", hours=hours_words(None))
        if go == "skip":
            self.answers |= dict.fromkeys(question.fields, "")
        elif over := said.too_long(question, self.answers):
            return self.ask(at, over=over)
        if self.request.POST.get("then") == "check" or at + 1 == len(self.names):
            return check(self)
        return self.ask(at + 1)

    def ask(self, at: int, *, over: int = 0, back_to_check: bool = False) -> HttpResponse:
        question = self.questions[at]
        chosen = self.answers.get(question.name, "")
        options = [
            {
                "value": o.value,
                "label": o.label,
                "path": PICTURES.get(o.picture, ""),
                "is_chosen": o.value == chosen,
            }
            for o in question.options
        ]
        then = "check" if back_to_check or self.request.POST.get("then") == "check" else ""
        return self.show(
            "question", question=question, options=options, chosen=chosen, over=over, then=then,
            extra_value=self.answers.get(question.extra, "") if question.extra else "",
            hidden=[(n, v) for n, v in self.answers.items() if v and n not in question.fields],
            at=at + 1, last=len(self.names), is_danger=self.is_danger(),
        )  # fmt: skip

    def is_danger(self) -> bool:
        return self.answers.get("danger") == "yes" or self.answers.get("safe") == "no"

    def hidden(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.answers.items() if value]

    def show(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        known = {
            "code": self.code, "is_child": self.is_child, "secret": self.secret, "areas": self.areas,
            "names_count": len(self.names),
            **help_numbers(), **context,
        }  # fmt: skip
        return render(self.request, f"concerns/public/{name}.html", known, status=status)


def check(walk: Walk, problem: str = "", status: int = 200) -> HttpResponse:
    rows = [(q, shown(q, walk.answers, dict(walk.areas))) for q in walk.questions]
    return walk.show(
        "check",
        status,
        rows=rows,
        hidden=walk.hidden(),
        work=_challenge(),
        problem=problem,
        is_danger=walk.is_danger(),
    )


def send(walk: Walk) -> HttpResponse:
    """Sends once. Whatever is in the way, the answers come back on the page, with the telephone numbers."""
    intake = said.intake_of(walk.is_child, walk.answers, walk.code)
    receipt_code = receipts.code_of(walk.secret)
    posted = walk.request.POST
    try:
        receipt = receipts.receipt_for(receipt_code)  # slow on purpose, and outside any transaction
        work = door.done_work(posted.get("work", ""), posted.get("nonce", ""))
        try:
            door.submit(intake, receipt, work)
        except Refused as refused:
            if refused.reason != "work" or work is None:
                raise
            door.submit(intake, receipt, None)  # too old, or used: the slower way stays open
    except (AmparoError, receipts.Busy, DatabaseError):
        return check(walk, problem="full", status=503)
    return walk.show(
        "received",
        receipt=receipts.show(receipt_code),
        hours=hours_words(intake.area),
        is_danger=walk.is_danger(),
    )


def shown(question: Question, answers: dict[str, str], areas: dict[str, str]) -> str:
    value = answers.get(question.name, "")
    labels = {o.value: str(o.label) for o in question.options} | (areas if question.kind == "place" else {})
    parts = [labels.get(value, value), answers.get(question.extra, "") if question.extra else ""]
    return "\n".join(part for part in parts if part)


def _challenge() -> str:
    """Without one the report goes the slower way; that is better than no page."""
    try:
        return str(door.challenge())
    except (AmparoError, DatabaseError):
        return ""


def _areas(code: str) -> tuple[tuple[str, str], ...]:
    try:
        return door.areas(code)
    except (AmparoError, DatabaseError):
        return ()


def help_numbers() -> dict[str, Any]:
    numbers = settings.AMPARO_HELP_NUMBERS
    return {"numbers": numbers, "is_invented": any(number.get("is_invented") for number in numbers)}


def hours_words(area: str | None) -> dict[str, Any]:
    """Whether somebody who answers for the area is on duty now, and until or from when. Empty: not known."""
    try:
        return door.hours(area)
    except (AmparoError, DatabaseError):
        return {}
