"""What the tests of pages share."""

from __future__ import annotations

import re

SIX = {
    "called": "Lulu", "age_low": "11", "gender": "girl", "language": "ar", "risk": "high",
    "reasons": "works in a house, is never let out", "night": "fact", "night_kind": "safe_house",
}  # fmt: skip


def page(answer, status=200):
    assert answer.status_code == status, answer.content[-1500:]
    return answer.content.decode()


def searched(client, concern=""):
    """Searches, and gives the address of the questions."""
    answer = client.post(f"/cases/open/{concern}", {"knows_none": "on"})
    return re.search(r'href="(/cases/open/new/[^"]+)"', page(answer)).group(1).replace("&amp;", "&")


def opened(client, **more):
    """Opens a case through its pages, and gives the file's id."""
    answer = client.post(searched(client), {**SIX, **more})
    assert answer.status_code == 302, answer.content[-1500:]
    return answer["Location"].split("/")[2]
