"""Keyed hashes of requests, for idempotency: the request itself is never kept."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings


def request_mac(request: dict[str, Any]) -> bytes:
    """32 bytes over names and values, in a form that no two different requests share."""
    parts = [f"{len(k)}:{k}={type(v).__name__}:{_told(v)}" for k, v in sorted(request.items())]
    key = hashlib.sha256(b"amparo/idempotency|" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).digest()


def _told(value: Any) -> str:
    """A file of ten megabytes is told by its hash, everything else by itself."""
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else repr(value)
