"""Every write of this room."""

from .emergency import review_emergency_access, use_emergency_access
from .files import (
    declare_conflict,
    hand_over,
    open_subject,
    place_hold,
    restrict,
    set_retention,
)
from .people import (
    act_as,
    add_agency,
    add_api_client,
    add_person,
    add_unit,
    appoint,
    deactivate,
    end_membership,
    end_sign_in,
)
from .places import approve_protocol, import_places, plan_shift, propose_protocol, set_catchment
from .sharing import block_agency, end_access, end_block, give_access, record_consent, withdraw_consent

__all__ = [
    "act_as",
    "add_agency",
    "add_api_client",
    "add_person",
    "add_unit",
    "appoint",
    "approve_protocol",
    "block_agency",
    "deactivate",
    "declare_conflict",
    "end_access",
    "end_block",
    "end_membership",
    "end_sign_in",
    "give_access",
    "hand_over",
    "import_places",
    "open_subject",
    "place_hold",
    "plan_shift",
    "propose_protocol",
    "record_consent",
    "restrict",
    "review_emergency_access",
    "set_catchment",
    "set_retention",
    "use_emergency_access",
    "withdraw_consent",
]
