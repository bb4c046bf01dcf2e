"""How many bytes a page costs, counted on the real files as they are sent (gzip)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import override_settings

from amparo.web import gallery, public

STAFF_BUDGET = 100_000
STAFF_SCRIPT_BUDGET = 40_000
PUBLIC_BUDGET = 60_000
STYLE_BUDGET = 15_000


def sent(data: bytes) -> int:
    return len(gzip.compress(data, 6, mtime=0))


def files_of(html: str) -> dict[str, int]:
    """Each static file the page loads, and its bytes on the wire."""
    sizes = {}
    for name in re.findall(r'(?:src|href)="/static/([^"]+)"', html):
        path = finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", name))
        assert path, name
        sizes[name] = sent(Path(path).read_bytes())
    return sizes


@override_settings(ROOT_URLCONF="amparo.config.doors.staff.urls")
def test_staff_page_stays_within_its_budget(get):
    sizes = files_of(gallery.gallery(get("/gallery/")).content.decode())
    scripts = sum(size for name, size in sizes.items() if name.endswith(".js"))
    assert any("htmx" in name for name in sizes)
    assert scripts <= STAFF_SCRIPT_BUDGET
    assert sum(sizes.values()) <= STAFF_BUDGET


@override_settings(ROOT_URLCONF="amparo.config.doors.staff.urls")
def test_sign_in_scripts_fit_beside_the_others(get):
    passkey = render_to_string("mfa/webauthn/snippets/scripts.html")
    sizes = files_of(passkey) | files_of(gallery.gallery(get("/gallery/")).content.decode())
    assert sum(sizes.values()) <= STAFF_BUDGET


@override_settings(ROOT_URLCONF="amparo.config.doors.public.urls")
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("view", [public.front, public.safety])
def test_public_page_with_everything_stays_within_its_budget(view, language, get):
    html = view(get(f"/{language}/", actor=None), language).content.decode()
    sizes = files_of(html)
    assert not any("htmx" in name for name in sizes)
    assert sent(html.encode()) + sum(sizes.values()) <= PUBLIC_BUDGET


def test_styles_are_small_in_all():
    names = ("web/tokens.css", "web/amparo.css", "web/forms.css")
    assert sum(sent(Path(finders.find(name)).read_bytes()) for name in names) <= STYLE_BUDGET
