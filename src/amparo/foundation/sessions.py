"""Django's session store, with the key kept only as a hash, and bound to the sign-in that the database checks."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone


def stored(session_key: str) -> str:
    """40 signs: what stands in the table instead of the key in the cookie."""
    return hashlib.sha256(b"amparo/cookie|" + session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """A thief of the table holds no cookie: every look-up goes through `stored`."""

    def _get_session_from_db(self) -> Any:
        key = stored(self.session_key) if self.session_key else ""
        found = self.model.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=stored(session_key)).exists())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        made = super().create_model_instance(data)
        made.session_key = stored(self._get_or_create_session_key())  # type: ignore[attr-defined]
        return made

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=stored(key)).delete()

    def cycle_key(self) -> None:
        old = self.session_key
        super().cycle_key()
        if old and self.session_key:
            with connection.cursor() as cursor:
                cursor.execute("SELECT sec.rename_session(%s, %s)", [old, self.session_key])
