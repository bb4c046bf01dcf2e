"""How the other processes ask the keeper. One short connection for each question; thread-safe, no state."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from amparo.keeper import protocol
from amparo.keeper.protocol import Item

__all__ = [
    "Item",
    "Keeper",
    "KeeperError",
    "KeeperQuota",
    "KeeperRefused",
    "KeeperUnavailable",
    "KeeperUnreadable",
]

KEYS: Final = "system:keys"
RETENTION: Final = "system:retention"


class KeeperError(Exception):
    """The keeper did not answer the question."""


class KeeperRefused(KeeperError):
    """Asked, logged, refused. `reason` is a code: no_session, not_allowed, needs_strong_sign_in, …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeeperQuota(KeeperError):
    """Allowed, but too many in this hour or day. `reason` is class.scope.window, as identity.person.hour."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeeperUnreadable(KeeperError):
    """Some values do not open: erased, damaged, or moved. `positions` says which of the items asked for."""

    def __init__(self, positions: Sequence[int]) -> None:
        super().__init__("unreadable")
        self.positions = tuple(positions)


class KeeperUnavailable(KeeperError):
    """No keeper, no database behind it, or no answer in time. Nothing was lost; ask again later."""


class Keeper:
    """Questions to the keeper at `socket_path`.

    `worker_token` is for the worker only, where it runs as the same user as the web.
    """

    def __init__(self, socket_path: str, timeout: float = 5.0, worker_token: str = "") -> None:
        self._path = socket_path
        self._timeout = timeout
        self._token = worker_token

    def open(self, secret: str, items: Sequence[Item], because: str, request_id: UUID) -> list[bytes]:
        """The opened values in the order asked. All or none: one refusal refuses the batch.

        Raises KeeperRefused, KeeperQuota, KeeperUnreadable, KeeperUnavailable.
        """
        if not items:
            return []
        sent = [protocol.from_item(item) for item in items]
        answer = self._ask("open", secret=secret, items=sent, because=because, request_id=str(request_id))
        return [protocol.unpack(value) for value in answer["values"]]

    def match(self, secret: str, terms: Mapping[str, str], request_id: UUID) -> list[UUID]:
        """Subjects one may see that have any of the terms: name with birth_year, phone, document.

        None and "one you may not see" are the same empty list, after the same time.
        """
        answer = self._ask("match", secret=secret, terms=dict(terms), request_id=str(request_id))
        return [UUID(value) for value in answer["subjects"]]

    def index_sealed(self, system: str, items: Sequence[Item], request_id: UUID) -> dict[str, list[bytes]]:
        """For the worker: the blind-index entries of one record, whose sealed fields are `items`."""
        sent = [protocol.from_item(item) for item in items]
        answer = self._ask("index", secret=system, items=sent, request_id=str(request_id))
        return {field: [protocol.unpack(mac) for mac in macs] for field, macs in answer["macs"].items()}

    def ensure_kek(self, agency: UUID) -> None:
        """Make and publish the keys of a new agency; nothing happens if it has them."""
        self._ask("ensure_kek", secret=KEYS, agency=str(agency))

    def rotate(self, agency: UUID) -> None:
        """Make and publish a new generation; `rewrap` then moves the data keys to it."""
        self._ask("rotate", secret=KEYS, agency=str(agency))

    def rewrap(self, agency: UUID) -> int:
        """Re-wrap one batch of data keys to the newest generation. Call until it says 0."""
        return int(self._ask("rewrap", secret=KEYS, agency=str(agency))["done"])

    def transfer(self, holder: UUID, agency: UUID) -> None:
        """Wrap the data keys of a holder to the keys of its new custodian."""
        self._ask("transfer", secret=KEYS, holder=str(holder), agency=str(agency))

    def destroy_kek(self, agency: UUID, purpose: str, generation: int) -> None:
        """Forget a retired generation: what old backups hold under it is gone."""
        self._ask("destroy_kek", secret=KEYS, agency=str(agency), purpose=purpose, generation=generation)

    def add_section(self, section: str) -> int:
        """Publish the key of a new section for one batch of holders. Call until it says 0."""
        return int(self._ask("add_section", secret=KEYS, section=section)["done"])

    def erase(self, holder: UUID, request_id: UUID) -> None:
        """Forget the data keys of a holder: everything sealed for it is unreadable."""
        self._ask("erase", secret=RETENTION, holder=str(holder), request_id=str(request_id))

    def tidy(self) -> int:
        """Drop quota counters that no limit looks at any more."""
        return int(self._ask("tidy", secret=KEYS)["done"])

    def health(self) -> dict[str, Any]:
        """{"database": bool, "norm_version": int, "missing_keks": int}."""
        return dict(self._ask("health")["health"])

    def _ask(self, op: str, **fields: object) -> dict[str, Any]:
        request = {"op": op, "worker_token": self._token, **fields}
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as to:
                to.settimeout(self._timeout)
                to.connect(self._path)
                with suppress(BrokenPipeError):  # turned away before it was heard: the answer says why
                    protocol.send(to, request)
                answer = protocol.receive(to, self._timeout)
        except (OSError, protocol.Closed, protocol.BadMessage) as error:
            raise KeeperUnavailable(type(error).__name__) from None
        if answer.get("ok") is not True:
            raise _error_from(answer)
        return answer


def _error_from(answer: Mapping[str, Any]) -> KeeperError:
    reason = str(answer.get("reason", ""))
    if answer.get("error") == "refused":
        return KeeperRefused(reason)
    if answer.get("error") == "quota":
        return KeeperQuota(reason)
    if answer.get("error") == "unreadable":
        return KeeperUnreadable(answer.get("positions", ()))
    return KeeperUnavailable(reason)
