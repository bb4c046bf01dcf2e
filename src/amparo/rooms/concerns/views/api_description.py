"""The part of the interface for partners' systems that takes concerns, in OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from amparo.rooms.concerns.intake import MOST_WORDS
from amparo.rooms.concerns.kinds import Answer, FixedReply, Gender, SentState

KEY = r"[A-Za-z0-9._-]{8,64}"
P_CODE = r"[A-Z0-9]{1,32}"
LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}"
RECEIPT = r"[0-9A-HJKMNP-TV-Z]{8}"
WORDS_AT_MOST, REPORTER_AT_MOST, AGE_AT_MOST = MOST_WORDS, 500, 30
ANSWERS = ("danger_now", "with_child", "health_today", "moved_soon", "in_custody")
NEEDS = ("somebody_to_come", "safe_place", "doctor", "interpreter", "food_clothes", "advice")
FIELDS = (*ANSWERS, "area", "age_low", "age_high", "gender", "language", "about_self", "needs", "account", "reporter",
          "received_at")  # fmt: skip

_AGE = {"type": "integer", "minimum": 0, "maximum": AGE_AT_MOST}
_RECEIPT = {
    "type": "string",
    "pattern": f"^{RECEIPT}$",
    "description": "Name it on the telephone. It opens nothing.",
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

SCHEMAS: dict[str, Any] = {
    "Concern": {
        "type": "object", "required": ["account"], "additionalProperties": False,
        "properties": {
            **{name: {"type": "string", "enum": list(Answer.values), "default": "unknown"} for name in ANSWERS},
            "area": {"type": "string", "pattern": f"^{P_CODE}$", "description": "p-code; an unknown one is none"},
            "age_low": _AGE, "age_high": _AGE,
            "gender": {"type": "string", "enum": list(Gender.values), "default": "unknown"},
            "language": {"type": "string", "pattern": f"^{LANGUAGE}$", "maxLength": 35, "description": "BCP 47"},
            "about_self": {"type": "boolean", "default": False, "description": "whether the child wrote it"},
            "needs": {"type": "array", "items": {"type": "string", "enum": list(NEEDS)}, "maxItems": len(NEEDS)},
            "account": {"type": "string", "maxLength": WORDS_AT_MOST, "pattern": r"\S",
                        "description": "What was seen or heard. Never asked: religion, ethnicity, orientation, "
                                       "sexual history, test results, migration status, route, who is alleged to have "
                                       "harmed the child."},
            "reporter": {"type": "string", "maxLength": REPORTER_AT_MOST, "description": "who can be called, and when"},
            "received_at": {"type": "string", "format": "date-time", "maxLength": 40,
                            "description": "when it was told, if not now"},
        },
    },
    "Receipt": {"type": "object", "required": ["receipt"], "properties": {"receipt": _RECEIPT}},
    "ConcernAnswer": {
        "type": "object", "required": ["receipt", "state", "answer"],
        "properties": {"receipt": _RECEIPT, "state": {"type": "string", "enum": list(SentState.values)},
                       "answer": {"type": "string", "enum": list(FixedReply.values)}},
    },
}  # fmt: skip


def _answers(schema: str, *good: int, problems: tuple[int, ...]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        **{str(status): {"description": "A problem", "content": _PROBLEM} for status in problems},
        **{str(status): {"description": "Done", "content": content} for status in good},
    }


def _header(name: str, pattern: str, words: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return {"name": name, "in": "header", "required": True, "schema": schema, "description": words}


PATHS: dict[str, Any] = {
    "/api/concerns": {"post": {
        "summary": "Send a concern about a child. 201: new; 200: this key was answered before",
        "parameters": [
            _header("Idempotency-Key", KEY, "the same concern sent again carries the same key"),
            _header("Amparo-Timestamp", r"\d{10}", "seconds since 1970, at most 5 minutes off"),
            _header("Amparo-Signature", "[0-9a-f]{64}",
                    "HMAC-SHA256 with the secret, in hex, over five lines: method, path, timestamp, key, SHA-256 of "
                    "the body in hex. Each signature is taken once: sign anew to send again."),
        ],
        "requestBody": {"required": True, "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Concern"}}}},
        "responses": _answers("Receipt", 200, 201, problems=(400, 401, 403, 405, 409, 415, 422)),
    }},
    "/api/concerns/{receipt}": {"get": {
        "summary": "The answer to a concern one sent: fixed sentences only, never what was decided",
        "parameters": [{"name": "receipt", "in": "path", "required": True,
                        "schema": {"type": "string", "pattern": f"^{RECEIPT}$"}}],
        "responses": _answers("ConcernAnswer", 200, problems=(401, 403, 404, 405, 422)),
    }},
}  # fmt: skip
