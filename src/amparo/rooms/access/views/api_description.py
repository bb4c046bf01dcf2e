"""The interface of partners' systems in OpenAPI 3.1. Tests attack the door from this description."""

from __future__ import annotations

from typing import Any

KINDS = ("child", "adult")
P_CODE = r"[A-Z0-9]{1,32}"
KEY = r"[A-Za-z0-9._-]{8,64}"
AREAS_AT_MOST = 2000

_ID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string"}
_NONE = {"type": "null"}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(name: str, has_next: bool = False) -> dict[str, Any]:
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    return _thing(items=items, next={"anyOf": [_TEXT, _NONE]}) if has_next else _thing(items=items)


def _operation(
    summary: str, schema: dict[str, Any], *problems: int, good: int = 200, **more: Any
) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(status): {"description": "A problem", "content": _PROBLEM}
        for status in (401, 403, 405, 422, *problems)
    }
    answers[str(good)] = {"description": "Done", "content": {"application/json": {"schema": schema}}}
    return {"summary": summary, "responses": answers, **more}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


_FILE = {"$ref": "#/components/schemas/File"}
_PATHS = {
    "/api/me": {"get": _operation("Who asks, in which role", {"$ref": "#/components/schemas/Client"})},
    "/api/agencies": {"get": _operation("Agencies", _list("Agency"))},
    "/api/areas": {
        "get": _operation(
            "Areas by p-code, a page at a time", _list("Area", has_next=True),
            parameters=[
                _query("after", {"type": "string", "pattern": f"^{P_CODE}$"}),
                _query("limit", {"type": "integer", "minimum": 1, "maximum": AREAS_AT_MOST, "default": 500}),
            ],
        )
    },
    "/api/files": {
        "get": _operation(
            "Files the unit may list, newest first: code and state, no content", _list("File", has_next=True),
            parameters=[_query("after", {"type": "string", "description": "`next` of the page before"})],
        ),
        "post": _operation(
            "Open a file", _thing(id=_ID), 400, 409, 415, good=201,
            parameters=[{"name": "Idempotency-Key", "in": "header", "required": True,
                         "schema": {"type": "string", "pattern": f"^{KEY}$"}}],
            requestBody={"required": True, "content": {"application/json": {"schema": {
                "type": "object", "additionalProperties": False,
                "properties": {"kind": {"type": "string", "enum": list(KINDS), "default": "child"}}}}}},
        ),
    },
    "/api/files/{id}": {
        "get": _operation(
            "One file; a hidden one and one that never was answer alike", _FILE, 404,
            parameters=[{"name": "id", "in": "path", "required": True, "schema": _ID}],
        )
    },
}  # fmt: skip

DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Amparo for partners' systems", "version": "1",
             "description": "Every request carries the secret of one system, which acts in one role of one unit."},
    "security": [{"secret": []}],
    "paths": _PATHS,
    "components": {
        "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Problem": {**_thing(type=_TEXT, title=_TEXT, status={"type": "integer"})},
            "Client": _thing(id=_ID, name=_TEXT, role=_TEXT, unit=_ID, agency=_ID,
                             permissions={"type": "array", "items": _TEXT}),
            "Agency": _thing(id=_ID, name=_TEXT),
            "Area": _thing(p_code=_TEXT, level={"type": "integer"}, parent={"anyOf": [_TEXT, _NONE]}, name=_TEXT),
            "File": _thing(id=_ID, code=_TEXT, kind=_TEXT, opened_at={"type": "string", "format": "date-time"},
                           is_restricted={"type": "boolean"}),
        },
    },
}  # fmt: skip
