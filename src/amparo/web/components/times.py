"""Dates and times as people read them: in the agency's zone, in words, in the page's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amparo.web.languages import shown_in


def locale() -> Locale:
    """Babel's locale for the language the page is really shown in, with the day before the month."""
    code = shown_in(translation.get_language()).code
    return Locale.parse({"en": "en_GB", "zh-hans": "zh_Hans"}.get(code, code))


def in_zone(moment: datetime, zone: str | None) -> datetime:
    return moment.astimezone(ZoneInfo(zone) if zone else timezone.get_current_timezone())


def day_text(day: date, *, today: date | None = None) -> str:
    """Mon 23 Nov; with the year when it is not this year's."""
    today = today or timezone.localdate()
    skeleton = "MMMEd" if day.year == today.year else "yMMMEd"
    return format_skeleton(skeleton, day, locale=locale()).replace(",", "").replace("،", "،")


def long_day_text(day: date) -> str:
    return format_skeleton("MMMMEEEEd", day, locale=locale()).replace(",", "")


def moment_text(moment: datetime, zone: str | None = None) -> str:
    local = in_zone(moment, zone)
    clock = format_skeleton("Hm", local, locale=locale())
    return _("%(day)s, %(time)s") % {"day": day_text(local.date()), "time": clock}


def entered_text(value: date, precision: str) -> str:
    """A date as it was given, never more exact than that."""
    if precision == "day":
        return format_skeleton("yMMMd", value, locale=locale())
    if precision == "month":
        return format_skeleton("yMMMM", value, locale=locale())
    if precision == "about":
        return _("about %(year)s") % {"year": value.year}
    return str(value.year)


def left_text(until: datetime, now: datetime | None = None) -> str:
    """How much time is left, or how far over it is, in the largest unit that fits."""
    gap = until - (now or timezone.now())
    amount, unit = _largest(abs(gap))
    if gap < timedelta(0):
        over = {
            "day": ngettext("%(n)s day over", "%(n)s days over", amount),
            "hour": ngettext("%(n)s hour over", "%(n)s hours over", amount),
            "minute": ngettext("%(n)s minute over", "%(n)s minutes over", amount),
        }
        return over[unit] % {"n": amount}
    left = {
        "day": ngettext("%(n)s day left", "%(n)s days left", amount),
        "hour": ngettext("%(n)s hour left", "%(n)s hours left", amount),
        "minute": ngettext("%(n)s minute left", "%(n)s minutes left", amount),
    }
    return left[unit] % {"n": amount}


def _largest(gap: timedelta) -> tuple[int, str]:
    minutes = int(gap.total_seconds() // 60)
    if minutes >= 48 * 60:
        return minutes // (24 * 60), "day"
    if minutes >= 60:
        return minutes // 60, "hour"
    return minutes, "minute"
