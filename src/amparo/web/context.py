"""What every page's frame needs: who is signed in, where they may go, which language this is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from amparo.foundation import registries
from amparo.rooms.access.policy import spec
from amparo.web.languages import ALL, BY_CODE, bcp47, safety_language, shown_in


def layout(request: HttpRequest) -> dict[str, Any]:
    """The context processor of both doors."""
    wanted = (translation.get_language() or "en").lower()
    shown = shown_in(wanted)
    actor = getattr(request, "actor", None)
    return {
        "demo": getattr(settings, "AMPARO_DEMO", False),
        "door": getattr(settings, "AMPARO_DOOR", "staff"),
        "page_lang": bcp47(shown.code),
        "page_dir": "rtl" if shown.is_rtl else "ltr",
        "wanted": BY_CODE.get(wanted, shown),
        "wanted_lang": bcp47(wanted),
        "languages": [{"code": lang.code, "tag": bcp47(lang.code), "name": lang.name} for lang in ALL],
        "actor": actor,
        "who": who(actor, wanted) if actor else None,
        "navigation": navigation_for(request, actor) if actor else [],
        "header_panels": registries.panels.shown("header", actor) if actor else [],
        "leave_to": leave_address(),
        **_public_frame(request),
    }


def _public_frame(request: HttpRequest) -> dict[str, Any]:
    """What the public layout needs on any page whose path begins with a language, whichever room serves it."""
    match = getattr(request, "resolver_match", None)
    code = match.kwargs.get("code", "") if match else ""
    if code not in BY_CODE or not request.path.startswith(f"/{code}/"):
        return {}
    spoken = safety_language(code)
    rest = request.path[len(code) + 1 :]
    return {
        "code": code,
        "spoken": spoken.code,
        "spoken_tag": bcp47(spoken.code),
        "spoken_dir": "rtl" if spoken.is_rtl else "ltr",
        "is_spoken_other": spoken.code != code,
        "others": [(bcp47(c), language.name, f"/{c}{rest}") for c, language in BY_CODE.items()],
    }


def who(actor: Any, language: str) -> dict[str, Any]:
    """Name, role and agency somebody acts in: on every page, so that nobody acts as someone else."""
    names = actor.unit_names or actor.agency_names
    return {
        "name": actor.name,
        "role": spec(actor.role).label if actor.role else "",
        "agency": names.get(language) or names.get("en") or next(iter(names.values()), ""),
    }


def leave_address() -> str:
    """Where "Leave this page" ends: a busy, harmless site chosen by the installation, else a blank page."""
    return getattr(settings, "AMPARO_LEAVE_URL", "") or "/away/"


def navigation_for(request: HttpRequest, actor: Any) -> list[dict[str, Any]]:
    links = []
    for entry in registries.navigation.shown(actor):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue  # a room that this door does not serve
        links.append({"label": entry.label, "url": url, "current": False})
    # of two addresses that both begin this one, only the longer is where we are
    above = [
        x
        for x in links
        if request.path == x["url"] or (x["url"] != "/" and request.path.startswith(x["url"]))
    ]
    if above:
        max(above, key=lambda x: len(x["url"]))["current"] = True
    return links
