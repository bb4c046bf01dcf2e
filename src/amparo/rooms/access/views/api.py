"""What partners' systems may ask and do: the register of their unit, agencies, areas, and opening a file."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from amparo.foundation.codes import show_code
from amparo.foundation.doors import public
from amparo.foundation.ids import SubjectId
from amparo.foundation.partners import Unusable, partner, problem
from amparo.foundation.registries import partner_paths, partner_schemas
from amparo.foundation.requests import StaffRequest
from amparo.rooms.access import actions, queries
from amparo.rooms.access.policy import Permission

from .api_description import AREAS_AT_MOST, DESCRIPTION, KEY, KINDS, P_CODE

READ = ("GET", "HEAD")


@public(because="the description of the interface holds nothing about anybody")
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Ours and what the rooms above offer."""
    schemas = DESCRIPTION["components"]["schemas"] | partner_schemas
    whole = {
        **DESCRIPTION, "paths": DESCRIPTION["paths"] | partner_paths,
        "components": {**DESCRIPTION["components"], "schemas": schemas},
    }  # fmt: skip
    return JsonResponse(whole)


@public(because="says in JSON that there is nothing at this address")
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    return problem(404)


nothing.csrf_exempt = True  # type: ignore[attr-defined]  # it does nothing


@partner(Permission.USE_AMPARO, *READ)
def me(request: StaffRequest) -> HttpResponse:
    a = request.actor
    return JsonResponse(
        {"id": a.id, "name": a.name, "role": a.role, "unit": a.unit, "agency": a.agency,
         "permissions": sorted(a.permissions)}
    )  # fmt: skip


@partner(Permission.USE_AMPARO, *READ)
def agencies(request: StaffRequest) -> HttpResponse:
    found = queries.agencies(request.actor)
    return JsonResponse({"items": [{"id": a.id, "name": a.label} for a in found]})


@partner(Permission.USE_AMPARO, *READ, query=("after", "limit"))
def areas(request: StaffRequest) -> HttpResponse:
    after, most = request.GET.get("after", ""), request.GET.get("limit", "500")
    if after and not re.fullmatch(P_CODE, after, re.ASCII):
        raise Unusable(422, "after is the p-code of the last area of the page before")
    if not re.fullmatch(r"[1-9]\d{0,3}", most, re.ASCII) or int(most) > AREAS_AT_MOST:
        raise Unusable(422, f"limit is a number from 1 to {AREAS_AT_MOST}")
    found = queries.areas(request.actor, after=after, limit=int(most))
    items = [
        {"p_code": a.p_code, "level": a.level, "parent": a.parent or None, "name": a.name} for a in found
    ]
    return JsonResponse({"items": items, "next": found[-1].p_code if len(found) == int(most) else None})


@partner(Permission.READ_REGISTER, *READ, "POST", query=("after",))
def files(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return _open(request)
    page = queries.files_for(request.actor, after=request.GET.get("after", "")).page
    return JsonResponse({"items": [_row(f) for f in page.items], "next": page.next_key or None})


@partner(Permission.READ_REGISTER, *READ)
def file(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    return JsonResponse(_row(queries.file_for(request.actor, SubjectId(subject_id))))


def _open(request: StaffRequest) -> HttpResponse:
    """The key makes a repeated sending answer as the first did: a lost answer opens no second file."""
    kind, key = _asked(request), request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY, key, re.ASCII):
        raise Unusable(422, "Idempotency-Key is needed: 8 to 64 letters, digits or - _ .")
    subject = actions.open_subject(by=request.actor, kind=kind, key=f"api:{key}")
    headers = {"Location": reverse("access:api_file", args=[subject])}
    return JsonResponse({"id": subject}, status=201, headers=headers)


def _asked(request: StaffRequest) -> str:
    if request.content_type != "application/json":
        raise Unusable(415, "")
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unusable(400, "") from None
    kind = body.get("kind", "child") if isinstance(body, dict) and set(body) <= {"kind"} else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise Unusable(422, "the body is an object with kind: child or adult, and nothing else")
    return kind


def _row(row: queries.FileRow) -> dict[str, Any]:
    return {"id": row.id, "code": show_code(row.code), "kind": row.kind, "opened_at": row.opened_at,
            "is_restricted": row.is_restricted}  # fmt: skip
