"""Concerns from partners' systems: sent once, signed, answered with a number; the fixed answer read by it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from amparo.foundation.clock import now
from amparo.foundation.partners import Unusable, partner
from amparo.foundation.requests import StaffRequest
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.actions.sending import receive_signed
from amparo.rooms.concerns.intake import Intake
from amparo.rooms.concerns.kinds import Answer, Channel, FixedReply, Gender, SentState
from amparo.rooms.concerns.queries.sending import SentOne, sent_about, sent_numbered

from .api_description import (
    AGE_AT_MOST,
    ANSWERS,
    FIELDS,
    KEY,
    LANGUAGE,
    NEEDS,
    P_CODE,
    REPORTER_AT_MOST,
    WORDS_AT_MOST,
)

SKEW = dt.timedelta(minutes=5)
BODY_AT_MOST = 64 * 1024
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@partner(policy.SEND, "POST")
def concerns(request: StaffRequest) -> HttpResponse:
    """201 for a new concern, 200 for the same request sent again; both say the number and nothing else."""
    if request.content_type != "application/json":
        raise Unusable(415, "")
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY, key, re.ASCII):
        raise Unusable(422, "Idempotency-Key is needed: 8 to 64 letters, digits or - _ .")
    signature = checked_signature(request, key)
    concern, is_new = receive_signed(
        by=request.actor, intake=_intake(request), signature=signature, named=key
    )
    one = sent_about(request.actor, concern)
    headers = {"Location": reverse("concerns:api_concern", args=[one.number])}
    return JsonResponse({"receipt": one.number}, status=201 if is_new else 200, headers=headers)


@partner(policy.SEND, "GET", "HEAD")
def concern(request: StaffRequest, receipt: str) -> HttpResponse:
    return JsonResponse(_answer(sent_numbered(request.actor, receipt)))


def _answer(one: SentOne) -> dict[str, str]:
    return {
        "receipt": one.number,
        "state": SentState(one.state).value,
        "answer": FixedReply(one.answer).value,
    }


def message(method: str, path: str, timestamp: str, key: str, body: bytes) -> bytes:
    """What is signed: five lines, the last one the SHA-256 of the body."""
    return "\n".join((method, path, timestamp, key, hashlib.sha256(body).hexdigest())).encode()


def checked_signature(request: StaffRequest, key: str) -> str:
    """The signature, if it is this request's, this client's, and young. Raises Unusable(401)."""
    timestamp, sent = request.headers.get("Amparo-Timestamp", ""), request.headers.get("Amparo-Signature", "")
    if not re.fullmatch(r"\d{10}", timestamp, re.ASCII) or not re.fullmatch(r"[0-9a-f]{64}", sent, re.ASCII):
        raise Unusable(401, "Amparo-Timestamp (seconds) and Amparo-Signature (hex) are needed")
    if abs(now().timestamp() - int(timestamp)) > SKEW.total_seconds():
        raise Unusable(401, "the timestamp is more than 5 minutes off: set the clock, and sign again")
    whole = message(str(request.method), request.path, timestamp, key, request.body)
    right = hmac.new(request.actor.secret.encode(), whole, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, sent):
        raise Unusable(401, "the signature is not the one of this request")
    return sent


def _intake(request: StaffRequest) -> Intake:
    body = _body(request)
    ages = sorted(int(body[name]) for name in ("age_low", "age_high") if name in body)
    answers: dict[str, Any] = {name: Answer(body.get(name, "unknown")) for name in ANSWERS}
    return Intake(
        channel=Channel.PARTNER, area=body.get("area"), age_low=ages[0] if ages else None,
        age_high=ages[-1] if ages else None, gender=Gender(body.get("gender", "unknown")),
        language=body.get("language", ""), about_self=body.get("about_self", False),
        needs=tuple(body.get("needs", ())), account=body["account"], reporter=body.get("reporter", ""),
        received_at=_moment(body.get("received_at")), **answers,
    )  # fmt: skip


def _body(request: StaffRequest) -> dict[str, Any]:
    if len(request.body) > BODY_AT_MOST:
        raise Unusable(422, f"the body has at most {BODY_AT_MOST} bytes")
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unusable(400, "") from None
    if not isinstance(body, dict) or set(body) - set(FIELDS):
        raise Unusable(422, f"the body is an object with some of: {', '.join(FIELDS)}")
    if "account" not in body:
        raise Unusable(422, "account is needed: what was seen or heard")
    for name, value in body.items():
        if not FITS[name](value):
            raise Unusable(422, f"{name} is not what the description asks for")
    return body


def _text(most: int, pattern: str = "") -> Any:
    def fits(value: Any) -> bool:
        return (
            isinstance(value, str) and len(value) <= most and not _unkept(value)
            and (not pattern or bool(re.fullmatch(pattern, value, re.ASCII)))
        )  # fmt: skip

    return fits


def _unkept(text: str) -> bool:
    """Halves of a surrogate pair, which are no text in any store."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _age(value: Any) -> bool:
    """A whole number; JSON writes one as 9 or as 9.0."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= AGE_AT_MOST and value == int(value)


def _moment(text: str | None) -> dt.datetime | None:
    """When it was told. Later than now counts as now, and before 2000 as 2000: nobody's clock says so."""
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    if not EARLIEST.year <= moment.year < dt.MAXYEAR:  # its own zone's time may not exist in UTC
        return EARLIEST if moment.year < EARLIEST.year else now()
    return moment.astimezone(dt.UTC)


FITS: dict[str, Any] = {
    **{name: lambda value: value in Answer.values for name in ANSWERS},
    "area": _text(32, P_CODE),
    "age_low": _age,
    "age_high": _age,
    "gender": lambda value: value in Gender.values,
    "language": _text(35, LANGUAGE),
    "about_self": lambda value: isinstance(value, bool),
    "needs": lambda value: (
        isinstance(value, list) and len(value) <= len(NEEDS) and all(v in NEEDS for v in value)
    ),
    "account": lambda value: _text(WORDS_AT_MOST)(value) and bool(value.strip()),
    "reporter": _text(REPORTER_AT_MOST),
    "received_at": lambda value: _text(40)(value) and _moment(value) is not None,
}
