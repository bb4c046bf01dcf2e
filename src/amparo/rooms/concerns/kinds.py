"""The closed lists of this room: what may stand in a clear field of a concern, in the words people read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Which door a concern came through."""

    PUBLIC = "public", _("Public page")
    CHILD = "child", _("Children's page")
    HAND_OVER = "hand_over", _("Hand over now")
    HOTLINE = "hotline", _("Hotline call")
    AGENCY = "agency", _("Agency")
    SCHOOL = "school", _("School")
    CLINIC = "clinic", _("Clinic")
    BORDER = "border", _("Border")
    CUSTODY = "custody", _("A child is in custody")
    GROUP = "group", _("Group of children")
    PARTNER = "partner", _("Partner system")


class Answer(models.TextChoices):
    """A clear answer. Not knowing is one, and is never counted as no."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("I don't know")


class Gender(models.TextChoices):
    GIRL = "girl", _("Girl")
    BOY = "boy", _("Boy")
    OTHER = "other", _("Other, or in the child's own words")
    UNKNOWN = "unknown", _("I don't know")


class Urgency(models.TextChoices):
    NOW = "now", _("Now")
    TODAY = "today", _("Today")
    DAYS = "days", _("In the next days")


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ACKNOWLEDGED = "acknowledged", _("Somebody is on it")
    DECIDED = "decided", _("Decided")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    EXISTING_CASE = "existing_case", _("Belongs to a child we already work for")
    NEW_CASE = "new_case", _("New case")
    OTHER_PROTECTION = "other_protection", _("Another child-protection concern")
    OTHER_SERVICE = "other_service", _("Another service helps")
    NO_FURTHER_ACTION = "no_further_action", _("No further action")


class Words(models.TextChoices):
    """Which words about a concern a row holds."""

    FIRST = "first", _("What was said first")
    ADDED = "added", _("Added later")


class FixedReply(models.TextChoices):
    """All that a reporter is told. None of them says that a child was found, a case opened or anyone visited."""

    RECEIVED = "received", _("We have your report. Thank you.")
    READ = "read", _("A trained person has read your report.")
    PLEASE_CALL = "please_call", _("Please call us. We have a question.")
    THANKS = "thanks", _("Thank you. Your report was looked into.")


#: Three states of what a sender in another agency sees; never what was decided.
class SentState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READ = "read", _("Read by the duty desk")
    ANSWERED = "answered", _("Answered")
