"""What every browser test stands on: Debian's Chromium, and axe with findings a person can read."""

from __future__ import annotations

import shutil
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Chromium must neither update itself nor call home while we count what a page loads.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium_path() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise RuntimeError("Chromium is missing: apt-get install chromium")
    return path


def axe(page: Page, *, rules: list[str] | None = None) -> None:
    """Raise with the rule, the element and the way out for everything axe finds against WCAG 2.2 AA."""
    result = Axe().run(page, options={"runOnly": rules or WCAG}).response
    if not result["passes"]:
        raise AssertionError(f"axe saw nothing on {page.url}: the page is empty or was not loaded.")
    if result["violations"]:
        raise AssertionError(
            f"{page.url}\n" + "\n".join(_said(violation) for violation in result["violations"])
        )


def _said(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    where = "\n".join(f"    {' '.join(map(str, node['target']))}  {node['html'][:160]}" for node in nodes[:5])
    more = f"\n    and {len(nodes) - 5} more" if len(nodes) > 5 else ""
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{where}{more}"


def sideways_overflow(page: Page) -> int:
    """Pixels a page can be scrolled sideways; 0 on a page that fits."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
