"""Coming back with the code: read the answer, add words, take the report back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from amparo.foundation.doors import public
from amparo.foundation.errors import AmparoError, NotThere
from amparo.foundation.ids import new_id
from amparo.keeper.seal import CannotOpen
from amparo.rooms.concerns import receipts
from amparo.rooms.concerns.kinds import FixedReply
from amparo.rooms.concerns.queries import public as door

from .answers import plain
from .questions import LONGEST
from .views import help_numbers, page

TAKEN_BACK = "[The person who told us took this report back. How to reach them was erased.]"


@public(because="whoever reported comes back with a code and nothing else")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def answer(request: HttpRequest, code: str) -> HttpResponse:
    if request.method != "POST":
        return _show(request, code, "code")
    typed = request.POST.get("receipt", "")
    try:
        receipt_code = receipts.parse(typed)
    except ValueError:
        return _show(request, code, "code", typed=typed[:40], problem="shape")
    try:
        door.knock()
        receipt = receipts.receipt_for(receipt_code)
        told = door.told(receipt)
        if told is None:
            return _show(request, code, "code", typed=typed[:40], problem="unknown")
        return _step(request, code, receipt_code, receipt, told)
    except (AmparoError, receipts.Busy, DatabaseError):
        # what was typed comes back with the page: nothing is lost while many people write at once
        words = plain(request.POST.get("words", ""))
        return _show(
            request, code, "code", 503, typed=receipts.show(receipt_code), problem="full", words=words
        )


def _step(
    request: HttpRequest, code: str, shown: str, receipt: receipts.Receipt, told: door.Told
) -> HttpResponse:
    go, words = request.POST.get("go", ""), plain(request.POST.get("words", ""))
    done = problem = ""
    if go == "add" and not told.is_withdrawn:
        done, problem = _add(request, receipt, told, words)
    elif go == "withdraw" and not told.is_withdrawn:
        door.withdraw(receipt, told, TAKEN_BACK)
        told, done = door.told(receipt) or told, "withdrawn"
    return _show(
        request, code, "withdraw" if go == "ask-withdraw" else "answer", receipt=receipts.show(shown), done=done,
        problem=problem, words="" if done else words, record=new_id(), longest=LONGEST,
        is_withdrawn=told.is_withdrawn, is_child=told.channel == "child", reply=FixedReply(told.answer).label,
        is_question=told.answer == FixedReply.PLEASE_CALL, replies=_opened(told, receipt),
    )  # fmt: skip


def _add(request: HttpRequest, receipt: receipts.Receipt, told: door.Told, words: str) -> tuple[str, str]:
    is_danger = request.POST.get("danger") == "yes"
    if not words and not is_danger:
        return "", "empty"
    if len(words) > LONGEST:
        return "", "long"
    try:
        record = UUID(request.POST.get("record", ""))
    except ValueError:
        record = new_id()
    try:
        door.add(receipt, told, words or "[In danger now]", danger=is_danger, record=record)
    except NotThere:
        return "", ""
    return "added", ""


def _opened(told: door.Told, receipt: receipts.Receipt) -> list[str]:
    """Free replies, opened here with the key that the code gave; one that does not open is left out."""
    found = []
    for reply, sealed in told.replies:
        try:
            found.append(receipts.open_reply(sealed, receipt, concern=told.concern, reply=reply))
        except CannotOpen:
            continue
    return found


def _show(request: HttpRequest, code: str, name: str, status: int = 200, **context: Any) -> HttpResponse:
    known = {"code": code, **help_numbers(), **context}
    return render(request, f"concerns/public/{name}.html", known, status=status)
