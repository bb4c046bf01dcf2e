"""The key service, inside the test's own process: the same questions to the database, the same seals, no
socket.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tests.world import World

from amparo.keeper import seal
from amparo.keeper.client import Item, KeeperRefused, KeeperUnavailable


class InProcessKeeper:
    def __init__(self, world: World) -> None:
        self.world = world
        self.is_away = False
        self.calls: list[int] = []  # how many values each call opened

    def health(self) -> dict[str, Any]:
        if self.is_away:
            raise KeeperUnavailable
        return {"database": True, "norm_version": 1, "missing_keks": 0}

    def open(self, secret: str, items: Sequence[Item], because: str, request_id: UUID) -> list[bytes]:
        if self.is_away:
            raise KeeperUnavailable
        self.calls.append(len(items))
        for holder, section in {(i.holder, i.section) for i in items}:
            count = sum((i.holder, i.section) == (holder, section) for i in items)
            self._ask(secret, holder, section, because, request_id, count)
        return [self._opened(item) for item in items]

    def _ask(
        self, secret: str, holder: UUID, section: str, because: str, request_id: UUID, count: int
    ) -> None:
        answer: dict[str, Any] = self.world.rows(
            "SELECT sec.may_open(%s, %s, %s, 'read')", secret, holder, section
        )[0][0]
        result = "done" if answer["allowed"] else "refused"
        self.world.rows(
            "SELECT audit.add_opened(%s, %s, %s, NULL, %s, %s, %s, %s)",
            secret, holder, section, because, result, request_id, count,
        )  # fmt: skip
        if not answer["allowed"]:
            raise KeeperRefused(answer["reason"])

    def _opened(self, item: Item) -> bytes:
        purpose = seal.purpose_of(item.section)
        rows = self.world.rows(
            "SELECT kek_agency, kek_generation, wrapped FROM keeper.data_key"
            " WHERE holder = %s AND purpose = %s",
            item.holder, purpose,
        )  # fmt: skip
        agency, generation, wrapped = rows[0]
        if wrapped is None:
            raise KeeperRefused("not_there")
        info = seal.wrap_info(item.holder, purpose, agency, generation)
        dek = seal.unwrap(bytes(wrapped), self.world.keks[agency, purpose], info)
        private = seal.section_private(dek, item.section)
        return seal.open_sealed(
            item.sealed,
            private,
            holder=item.holder,
            section=item.section,
            record=item.record,
            field=item.field,
        )
