"""One-click sign-in exists in demo mode and nowhere else: asked of a process started without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"
ASK = """
import json, time
import django
django.setup()
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse
from amparo.config.sign_in import strong_at
from amparo.foundation.doors import endpoints

def named(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None

def found(path):
    try:
        return bool(resolve(path))
    except Resolver404:
        return False

now = time.time()
print(json.dumps({
    "routes": [r for r, _, _ in endpoints(get_resolver().url_patterns) if "demo" in r],
    "names": [n for n in ("demo_sign_in", "demo_confirm") if named(n)],
    "found": [found(path) for path in ("/demo/sign-in/", "/demo/confirm/", "/account/login/")],
    "strong": {m: strong_at([{"method": m, "at": now}]) == now for m in ("demo", "password", "mfa")},
}))
"""


def asked(demo: str) -> dict:
    env = {
        **os.environ,
        "AMPARO_DEMO": demo,
        "PYTHONPATH": str(SRC),
        "DJANGO_SETTINGS_MODULE": "amparo.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_without_demo_mode_nobody_signs_in_by_one_click():
    it = asked("0")
    assert (it["routes"], it["names"]) == ([], [])
    assert it["found"] == [False, False, True]
    assert it["strong"] == {"demo": False, "password": False, "mfa": True}


def test_in_demo_mode_the_same_questions_find_it():
    it = asked("1")
    assert len(it["routes"]) == 2
    assert it["found"] == [True, True, True]
    assert it["names"] == ["demo_sign_in", "demo_confirm"]
    assert it["strong"] == {"demo": True, "password": True, "mfa": True}
