"""`python -m amparo.runtime.demo load`: fills an empty database and prints, one JSON line each, whom to sign in as."""

from __future__ import annotations

import json
import os
import sys


def main() -> int:
    if sys.argv[1:] != ["load"]:
        print("usage: python -m amparo.runtime.demo load", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amparo.config.settings")
    import django

    django.setup()
    from amparo.runtime.demo.load import load

    for person in load(os.environ["AMPARO_OWNER_URL"]):
        print(json.dumps(person, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
