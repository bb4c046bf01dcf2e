"""The manager of people who sign in: it finds them, it never makes them (that is `sec.add_person`)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import BaseUserManager


class PersonManager(BaseUserManager[Any]):
    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(email=(username or "").lower())

    def create_user(self, *args: object, **kwargs: object) -> Any:
        raise RuntimeError(
            "People are added by an agency's administrator, through access.actions.add_person."
        )
