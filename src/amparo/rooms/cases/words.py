"""Words of this room for the codes in its tables, and for what is refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

RISKS: dict[str, Any] = {"high": _("High risk"), "medium": _("Medium risk"), "low": _("Low risk")}
RISK_HELP: dict[str, Any] = {
    "high": _("High: serious harm now or within days. First contact at once, within 24 hours at the latest."),
    "medium": _("Medium: harm is likely unless somebody acts. First contact within 72 hours."),
    "low": _("Low: needs support, no danger now. First contact within 5 working days."),
}
GENDERS: dict[str, Any] = {
    "girl": _("Girl"), "boy": _("Boy"), "another": _("Another"), "not_known": _("Not known"),
}  # fmt: skip
GUARDIAN: dict[str, Any] = {
    "requested": _("Asked for, not yet appointed"),
    "appointed": _("Appointed"),
    "cannot_now": _("Asked for; somebody who offered cannot be appointed now"),
}
INTERPRETER_GENDERS: dict[str, Any] = {
    "": _("Either"), "woman": _("A woman"), "man": _("A man"),
}  # fmt: skip
RELATIONS: dict[str, Any] = {
    "mother": _("Mother"), "father": _("Father"), "brother_sister": _("Brother or sister"),
    "grandparent": _("Grandparent"), "aunt_uncle": _("Aunt or uncle"), "claims_family": _("Says they are family"),
    "carer": _("Carer"), "partner": _("Partner"), "baby": _("The child’s own baby"), "employer": _("Employer"),
    "friend": _("Friend"), "other": _("Another adult"),
}  # fmt: skip
ANSWERS: dict[str, Any] = {"yes": _("Yes"), "no": _("No"), "not_known": _("Not known")}
ALLEGED: dict[str, Any] = {
    "said": _("Said, not yet looked into"), "inquiry": _("Being looked into"),
    "confirmed": _("Confirmed"), "not_confirmed": _("Not confirmed"),
}  # fmt: skip
LINKS: dict[str, Any] = {
    "siblings": _("Brother or sister"), "found_together": _("Found together"),
    "parent_and_baby/parent": _("Parent"), "parent_and_baby/baby": _("Baby"),
}  # fmt: skip
HAND_OVER_REASONS: dict[str, Any] = {
    "opened_for": _("Opened for you"), "leaves": _("The worker leaves"), "moves": _("The child moves to your area"),
    "workload": _("Too many children for one worker"), "conflict": _("The worker knows the family"),
    "other": _("Another reason"),
}  # fmt: skip
#: The whole answer to somebody who asks to be the guardian; why is never said (practice, 16).
CANNOT_NOW = _("You cannot be appointed now.")

REFUSALS: dict[str, Any] = {
    "unfit_plan": _(
        "This kind of place is not fit for a child, so it cannot be planned."
        " If the child is there, record it as a fact."
    ),
    "no_duty_desk": _("Your team has no duty desk. Choose a worker."),
    "hand_over_waits": _("This file is already offered to somebody. Take that back first."),
    "cover_dates": _("Cover ends after it begins, in the future, and lasts 92 days at most."),
    "one_owner": _("A child has one worker, or the duty desk, at every moment. Nothing was changed."),
    "has_a_case": _("This file has a case already."),
    "not_in_future": _("Choose a time that is not in the future."),
    "unknown_answer": _("Choose one of the answers."),
    "keep_apart_reason": _("Write why they are not kept together, in at least 10 letters."),
}
NOTICES: dict[str, Any] = {
    "HAND_OVER_OFFERED": _("A file is offered to you. Answer whether you take it."),
    "HAND_OVER_ACCEPTED": _("A file you offered was accepted."),
    "HAND_OVER_DECLINED": _("A file you offered was not accepted. You go on answering for it."),
    "COVER_PLANNED": _("You stand in for a colleague. See from when until when."),
    "COVER_ENDED": _("You do not stand in for a colleague any more."),
    "CHILD_IN_UNFIT_PLACE": _("Somebody sleeps in a place that is not fit. Act today."),
    "FIRST_CONTACT_HIGH": _("A first contact is due."),
    "FIRST_CONTACT_MEDIUM": _("A first contact is due."),
    "FIRST_CONTACT_LOW": _("A first contact is due."),
    "UNFIT_PLACE": _("Somebody must be moved to a fit place."),
}
#: Languages offered first. Any other BCP 47 tag can be written.
COMMON_LANGUAGES = (
    "ar", "am", "bn", "zh", "my", "fa", "prs", "en", "fr", "ha", "hi", "id", "km", "ku", "ln", "ne", "om", "ps", "pa",
    "pt", "ro", "rom", "ru", "so", "es", "sw", "th", "ti", "tr", "uk", "ur", "vi", "yo",
)  # fmt: skip


#: What the log says of this room's acts.
ACTS: dict[str, Any] = {
    "CASE_OPENED": _("Opened the case"), "CASE_READ": _("Read the case sheet"), "CASE_TAKEN": _("Took the case over"),
    "GROUP_OPENED": _("Opened files for a group"), "LINKED_FILE_OPENED": _("Opened a file beside another"),
    "RISK_CHANGED": _("Judged the risk again"), "CHILD_SEEN": _("Recorded that the child was seen"),
    "LANGUAGES_RECORDED": _("Recorded languages"), "GUARDIAN_REQUESTED": _("Asked for a guardian"),
    "GUARDIAN_APPOINTED": _("Recorded that a guardian was appointed"),
    "GUARDIAN_NOT_NOW": _("Recorded that somebody cannot be appointed now"),
    "INTERIM_ADULT_NAMED": _("Named a responsible adult"), "FILES_LINKED": _("Linked files"),
    "KEPT_APART": _("Recorded why children are not kept together"),
    "KEPT_TOGETHER": _("Recorded that children are kept together"),
    "PERSON_AROUND_ADDED": _("Wrote down somebody around the child"),
    "PERSON_AROUND_CHANGED": _("Changed who is around the child"),
    "ALLEGATION_ADDED": _("Wrote down an allegation"), "ALLEGATION_CHANGED": _("Changed an allegation"),
    "HAND_OVER_PROPOSED": _("Offered the file"), "HAND_OVER_ACCEPTED": _("Accepted the file"),
    "HAND_OVER_DECLINED": _("Did not accept the file"), "HAND_OVER_WITHDRAWN": _("Took an offer back"),
    "CASELOAD_OFFERED": _("Offered a whole caseload"), "COVER_PLANNED": _("Planned a cover"),
    "COVER_ENDED": _("Ended a cover"),
}  # fmt: skip
