"""Ids are random UUIDs made in Python: a key that is unique by chance answers nobody's "does it exist?"."""

from __future__ import annotations

import uuid
from typing import NewType

ActorId = NewType("ActorId", uuid.UUID)
SubjectId = NewType("SubjectId", uuid.UUID)
Secret = NewType("Secret", str)


def new_id() -> uuid.UUID:
    return uuid.uuid4()


#: Matches no row: for filters of somebody who acts for no agency.
NOBODY = uuid.UUID(int=0)
