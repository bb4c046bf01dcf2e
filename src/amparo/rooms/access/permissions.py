"""What a person may do, and which role may do it.

The table here is the first wall. `sec.role`, `sec.role_permission` and `sec.role_section` are its copy in the
database, written by every `amparo migrate`, so that the second wall answers the same without asking the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Permission(StrEnum):
    """One thing a person may do. The text is shown on the page of roles."""

    USE_AMPARO = "USE_AMPARO", _("Sign in, see your own page and your own notices")
    OPEN_SUBJECT = "OPEN_SUBJECT", _("Open a file for a child")
    SEND_CONCERN = "SEND_CONCERN", _("Send a concern about a child, and read the answer to it")
    ANSWER_CONCERN = "ANSWER_CONCERN", _("Read concerns at the duty desk and decide what follows")
    SCREEN_CHILD = "SCREEN_CHILD", _("Note signs with an observation guide or a screen")
    MANAGE_INSTRUMENTS = "MANAGE_INSTRUMENTS", _("Switch screening instruments on and off")
    READ_REGISTER = "READ_REGISTER", _("List the children one works for: code and state, no content")
    READ_FILE = "READ_FILE", _("Read the file of a child one works for")
    WRITE_FILE = "WRITE_FILE", _("Write in the file of a child one works for")
    SEARCH_CHILD = "SEARCH_CHILD", _("Search for a child by code, phone, document, or name and year")
    REVEAL_IDENTITY = "REVEAL_IDENTITY", _("Show a child's name and contacts, with a reason")
    REVEAL_PLACE = "REVEAL_PLACE", _("Show where a child is, with a reason")
    USE_EMERGENCY_ACCESS = (
        "USE_EMERGENCY_ACCESS",
        _("Open one file in an emergency, for an hour, with a reason"),
    )
    REVIEW_EMERGENCY_ACCESS = "REVIEW_EMERGENCY_ACCESS", _("Review another agency's emergency access")
    GIVE_ACCESS = "GIVE_ACCESS", _("Give and end another person's access to a child's file")
    RECORD_CONSENT = "RECORD_CONSENT", _("Record consent and assent, and their withdrawal")
    BLOCK_AGENCY = "BLOCK_AGENCY", _("Keep an agency away from a child's file")
    RESTRICT_CASE = "RESTRICT_CASE", _("Restrict a file to readers listed by name")
    REASSIGN = "REASSIGN", _("Hand a child's file to another worker of the unit")
    HOLD_RECORD = "HOLD_RECORD", _("Ask for, or agree to, keeping a record past its date")
    MANAGE_DUTY = "MANAGE_DUTY", _("Plan who is on duty")
    MANAGE_PEOPLE = "MANAGE_PEOPLE", _("Add people of one's agency, give and end their roles")
    MANAGE_AGENCIES = "MANAGE_AGENCIES", _("Add agencies and units")
    MANAGE_PLACES = "MANAGE_PLACES", _("Import administrative areas and set catchments")
    MANAGE_PROTOCOLS = "MANAGE_PROTOCOLS", _("Propose and approve information-sharing protocols")
    READ_ACCESS_LOG = "READ_ACCESS_LOG", _("Read who opened what in one's agency, without content")
    READ_STATISTICS = "READ_STATISTICS", _("Read frozen statistics")
    EDIT_DIRECTORY = "EDIT_DIRECTORY", _("Edit the directory of services")
    READ_PROGRESS = "READ_PROGRESS", _("Follow commitments and the coordination year")

    description: StrOrPromise

    def __new__(cls, value: str, description: StrOrPromise) -> Permission:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class Role(StrEnum):
    """The roles of practice; a membership has exactly one."""

    FIRST_RESPONDER = "first_responder"
    DUTY_OFFICER = "duty_officer"
    HOTLINE_OPERATOR = "hotline_operator"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    AUTHORITY_MEMBER = "authority_member"
    GUARDIAN = "guardian"
    LAWYER = "lawyer"
    SHELTER_MANAGER = "shelter_manager"
    SHELTER_WORKER = "shelter_worker"
    SERVICE_PROVIDER = "service_provider"
    INTERPRETER = "interpreter"
    JUSTICE_LIAISON = "justice_liaison"
    COMPLAINTS_OFFICER = "complaints_officer"
    DIRECTORY_EDITOR = "directory_editor"
    ANALYST = "analyst"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    AGENCY_ADMINISTRATOR = "agency_administrator"
    NATIONAL_ADMINISTRATOR = "national_administrator"
    COORDINATION_SECRETARIAT = "coordination_secretariat"


#: Sections of a file. A section is a table (or, in `desk`, a value on the row): what is shared apart is stored apart.
REGISTER: Final = "register"
CONTENT_SECTIONS: Final = (
    "register", "note", "task", "attachment", "case", "people", "allegation", "screening",
)  # fmt: skip
ALL_SECTIONS: Final = (*CONTENT_SECTIONS, "identity", "contact", "place")
#: A concern is not a file yet: triage facts in clear, the words and who told sealed apart.
CONCERN_SECTIONS: Final = ("register", "note", "task", "concern", "account", "reporter")
#: Emergency access opens everything but where the child is (security guide, 4.11).
EMERGENCY_SECTIONS: Final = tuple(s for s in ALL_SECTIONS if s != "place")
#: What on-duty staff hold for their shift and unit (practice, 32).
DUTY_READS: Final = ("register", "note", "task", "place", "case", "concern", "account", "reporter")
DUTY_WRITES: Final = ("note", "task", "place", "concern", "account")


@dataclass(frozen=True)
class RoleSpec:
    """What a role carries: permissions, and the sections it reaches on its own unit's rows without a grant."""

    label: StrOrPromise
    description: StrOrPromise
    permissions: frozenset[Permission]
    unit_reads: tuple[str, ...] = ()
    unit_writes: tuple[str, ...] = ()
    holds_grants: bool = False
    reads_register: bool = False
    in_enforcement: bool = False
    tags: frozenset[str] = frozenset()


P = Permission
_OWN = frozenset({P.USE_AMPARO})
_READ = _OWN | {P.READ_REGISTER, P.READ_FILE, P.SEND_CONCERN}
_WORK = _READ | {P.WRITE_FILE, P.SEARCH_CHILD}
_LEAD = _WORK | {
    P.OPEN_SUBJECT,
    P.REVEAL_IDENTITY,
    P.REVEAL_PLACE,
    P.USE_EMERGENCY_ACCESS,
    P.GIVE_ACCESS,
    P.RECORD_CONSENT,
    P.SCREEN_CHILD,
}
#: Any role that can reach a name or content may not be held beside the roles it is incompatible with.
_CONTENT = frozenset({"content"})
_IDENTITY = frozenset({"content", "identity"})

ROLES: Final[dict[Role, RoleSpec]] = {
    Role.FIRST_RESPONDER: RoleSpec(
        _("First responder"),
        _("Meets a child first and hands over now"),
        _READ | {P.OPEN_SUBJECT, P.WRITE_FILE, P.SCREEN_CHILD},
        holds_grants=True,
        tags=_CONTENT,
    ),
    Role.DUTY_OFFICER: RoleSpec(
        _("Duty officer"),
        _("Answers for what comes in, day and night"),
        _LEAD | {P.MANAGE_DUTY, P.REASSIGN, P.ANSWER_CONCERN},
        ("register", "task", "case", "concern", "account", "reporter"),
        ("task", "concern", "account", "reporter"),
        holds_grants=True,
        tags=_IDENTITY,
    ),
    Role.HOTLINE_OPERATOR: RoleSpec(
        _("Hotline operator"),
        _("Takes calls and opens a file when a child may be in danger"),
        _READ | {P.OPEN_SUBJECT, P.WRITE_FILE},
        holds_grants=True,
        tags=_CONTENT,
    ),
    Role.CASEWORKER: RoleSpec(
        _("Caseworker"), _("Is the named worker of a child"), _LEAD, holds_grants=True, tags=_IDENTITY
    ),
    Role.SUPERVISOR: RoleSpec(
        _("Supervisor"),
        _("Answers for the work of a unit"),
        _LEAD
        | {
            P.BLOCK_AGENCY,
            P.RESTRICT_CASE,
            P.REASSIGN,
            P.MANAGE_DUTY,
            P.HOLD_RECORD,
            P.REVIEW_EMERGENCY_ACCESS,
            P.ANSWER_CONCERN,
        },
        (
            "register",
            "note",
            "task",
            "attachment",
            "case",
            "people",
            "screening",
            "identity",
            "contact",
            "concern",
            "account",
            "reporter",
        ),
        ("note", "task", "case", "concern", "account"),
        holds_grants=True,
        tags=_IDENTITY,
    ),
    Role.COORDINATOR: RoleSpec(
        _("Referral-mechanism coordinator"),
        _("Sees that no child is lost between agencies; reads no content"),
        _OWN | {P.READ_REGISTER, P.MANAGE_PROTOCOLS, P.REVIEW_EMERGENCY_ACCESS},
        reads_register=True,
    ),
    Role.AUTHORITY_MEMBER: RoleSpec(
        _("Competent-authority member"),
        _("Takes part in identification decisions"),
        _READ,
        holds_grants=True,
        tags=_CONTENT,
    ),
    Role.GUARDIAN: RoleSpec(
        _("Guardian"),
        _("Stands up for a child in law and in life"),
        _WORK - {P.SEARCH_CHILD} | {P.REVEAL_IDENTITY, P.REVEAL_PLACE},
        holds_grants=True,
        tags=_IDENTITY,
    ),
    Role.LAWYER: RoleSpec(
        _("Lawyer"), _("Represents a child"), _READ | {P.REVEAL_IDENTITY}, holds_grants=True, tags=_IDENTITY
    ),
    Role.SHELTER_MANAGER: RoleSpec(
        _("Safe-house manager"),
        _("Runs a safe house"),
        _WORK - {P.SEARCH_CHILD} | {P.REVEAL_IDENTITY, P.MANAGE_DUTY},
        holds_grants=True,
        tags=_IDENTITY,
    ),
    Role.SHELTER_WORKER: RoleSpec(
        _("Safe-house worker"),
        _("Cares for children in a safe house"),
        _READ | {P.WRITE_FILE, P.SCREEN_CHILD},
        holds_grants=True,
        tags=_CONTENT,
    ),
    Role.SERVICE_PROVIDER: RoleSpec(
        _("Service provider"),
        _("Gives a service a child was referred to"),
        _READ | {P.WRITE_FILE, P.SCREEN_CHILD},
        holds_grants=True,
        tags=_CONTENT,
    ),
    Role.INTERPRETER: RoleSpec(_("Interpreter"), _("Interprets conversations; reads no file"), _OWN),
    Role.JUSTICE_LIAISON: RoleSpec(
        _("Justice liaison"),
        _("Sends concerns and receives what is released; cannot search or open a file"),
        _OWN | {P.SEND_CONCERN},
        in_enforcement=True,
    ),
    Role.COMPLAINTS_OFFICER: RoleSpec(
        _("Complaints officer"), _("Hears children's complaints, outside the line complained about"), _OWN
    ),
    Role.DIRECTORY_EDITOR: RoleSpec(
        _("Directory editor"), _("Keeps the directory of services true"), _OWN | {P.EDIT_DIRECTORY}
    ),
    Role.ANALYST: RoleSpec(
        _("Analyst"),
        _("Works with frozen statistics"),
        _OWN | {P.READ_STATISTICS},
        tags=frozenset({"analyst"}),
    ),
    Role.DATA_PROTECTION_OFFICER: RoleSpec(
        _("Data-protection officer"),
        _("Checks who opened what and why"),
        _OWN | {P.READ_ACCESS_LOG, P.HOLD_RECORD, P.REVIEW_EMERGENCY_ACCESS},
        in_enforcement=True,
        tags=frozenset({"oversight"}),
    ),
    Role.AGENCY_ADMINISTRATOR: RoleSpec(
        _("Agency administrator"),
        _("Adds people and roles of one agency; reads no file"),
        _OWN | {P.MANAGE_PEOPLE, P.MANAGE_DUTY},
        in_enforcement=True,
        tags=frozenset({"administrator"}),
    ),
    Role.NATIONAL_ADMINISTRATOR: RoleSpec(
        _("National administrator"),
        _("Adds agencies, places and protocols; reads no file"),
        _OWN
        | {P.MANAGE_PEOPLE, P.MANAGE_AGENCIES, P.MANAGE_PLACES, P.MANAGE_PROTOCOLS, P.MANAGE_INSTRUMENTS},
        tags=frozenset({"administrator"}),
    ),
    Role.COORDINATION_SECRETARIAT: RoleSpec(
        _("Coordination secretariat"),
        _("Follows commitments; never has access to a file"),
        _OWN | {P.READ_PROGRESS},
        tags=frozenset({"secretariat"}),
    ),
}

#: Two roles whose tags form such a pair are never held by one person at one time.
INCOMPATIBLE_TAGS: Final[tuple[tuple[str, str], ...]] = (
    ("analyst", "identity"),  # who knows names does not also publish numbers about them
    ("administrator", "content"),  # who gives roles does not read files
    ("secretariat", "content"),  # no case access ever (practice, 36)
    ("oversight", "administrator"),  # who checks the log does not give the roles it records
)

ENFORCEMENT_KINDS: Final = frozenset({"police", "border", "immigration_enforcement", "prosecution"})


def spec(role: str) -> RoleSpec:
    """The specification of a role by its stored name. Raises ValueError for an unknown one."""
    return ROLES[Role(role)]


def incompatible(one: str, other: str) -> bool:
    """Whether one person may not hold both roles at once."""
    a, b = spec(one).tags, spec(other).tags
    return any((x in a and y in b) or (x in b and y in a) for x, y in INCOMPATIBLE_TAGS)
