"""Words of this room: names in the reader's language, what log entries and refusals say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from amparo.foundation.registries import acts

CAUSES = {
    "assignment": _("works for this child"),
    "referral": _("referral"),
    "consent": _("consent"),
    "emergency": _("emergency access"),
    "cover": _("cover for a colleague"),
    "law": _("a duty in law"),
}
MODES = {"read": _("read"), "write": _("read and write")}
GIVEN_BY = {
    "child_consent": _("the child's consent"),
    "child_assent": _("the child's assent"),
    "carer": _("a carer's consent"),
    "legal_basis": _("a basis in law, without consent"),
}
STATES = {"given": _("given"), "refused": _("refused"), "withdrawn": _("withdrawn")}

REFUSALS: dict[str, Any] = {
    "read_only": _("You may read this file, not write in it."),
    "not_available": _("This person cannot be given access to this file."),
    "not_held": _("You can give only what you hold yourself."),
    "no_protocol": _("No approved information-sharing protocol between the two agencies covers this."),
    "hand_over_instead": _("This person works for the child. Hand the file over first."),
    "custodian": _("This agency keeps the file. Hand the file over before you block it."),
    "incompatible_roles": _("One person may not hold these two roles at the same time."),
    "firewall": _("People of an enforcement agency cannot hold this role."),
    "not_for_oneself": _("You cannot give a role to yourself."),
    "unknown_role": _("There is no such role."),
    "still_owns_children": _("This person still works for children. Hand their files over first."),
    "email_taken": _("Somebody with this e-mail address is here already."),
    "no_agency_keys": _("The keys of your agency are still being made. Try again in a minute."),
    "reason_too_short": _("Write the reason in at least 20 letters."),
    "second_person": _("A second person must approve what you proposed."),
    "unknown_area": _("One of these areas is not known here."),
    "shift_too_long": _("A shift lasts 24 hours at most."),
}

LOG: dict[str, Any] = {
    "SIGNED_IN": _("Signed in"),
    "SIGNED_OUT": _("Signed out"),
    "ACTING_AS": _("Chose a role"),
    "ROLE_CHOSEN": _("Chose a role"),
    "FILE_OPENED": _("Opened the file"),
    "SUBJECT_OPENED": _("Began the file"),
    "KEEPER_OPENED": _("Read sealed content"),
    "KEEPER_SEARCHED": _("Searched"),
    "IDENTITY_SHOWN": _("Showed the name"),
    "PLACE_SHOWN": _("Showed where the child is"),
    "ACCESS_GIVEN": _("Gave access"),
    "ACCESS_ENDED": _("Ended access"),
    "CONSENT_RECORDED": _("Recorded consent"),
    "CONSENT_WITHDRAWN": _("Recorded that consent was withdrawn"),
    "AGENCY_BLOCKED": _("Kept an agency away"),
    "AGENCY_BLOCK_ENDED": _("Let an agency back"),
    "FILE_HANDED_OVER": _("Handed the file over"),
    "FILE_RESTRICTED": _("Restricted the file"),
    "FILE_RESTRICTION_ENDED": _("Ended the restriction of the file"),
    "CONFLICT_DECLARED": _("Declared a conflict of interest"),
    "EMERGENCY_ACCESS_USED": _("Used emergency access"),
    "EMERGENCY_ACCESS_REFUSED": _("Asked for emergency access; there was nothing to open"),
    "EMERGENCY_ACCESS_REVIEWED": _("Reviewed an emergency access"),
    "HOLD_ASKED": _("Asked to keep the file past its date, or for the end of it"),
    "HOLD_CHANGED": _("Agreed that the file is kept past its date, or that this ends"),
    "FIRST_ADMINISTRATOR_MADE": _("Set up this installation"),
    "NOTE_ADDED": _("Added a note"),
    "NOTE_CHANGED": _("Changed a note"),
    "TASK_ADDED": _("Added a task"),
    "IDENTITY_RECORDED": _("Recorded the name"),
    "PLACE_RECORDED": _("Recorded where the child is"),
    "PASSWORD_CHANGED": _("Changed the password"),
}


def log_words(what: str) -> str:
    return str(LOG.get(what) or acts.get(what) or what.replace("_", " ").capitalize())


def refusal_words(reason: str) -> str:
    return str(REFUSALS.get(reason, ""))
