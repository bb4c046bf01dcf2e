"""Check the documentation: every link leads somewhere, every command named exists."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
DEV_COMMAND = re.compile(r"python3 dev\.py ([a-z]+)")
AMPARO_COMMAND = re.compile(r"^\s*(?:\$ )?amparo ([a-z-]+)", re.MULTILINE)
INLINE_COMMAND = re.compile(r"`amparo ([a-z-]+)")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents() -> Iterator[Path]:
    skipped = {".venv", ".tools", ".data", "node_modules", ".git"}
    for path in sorted(ROOT.rglob("*.md")):
        if not skipped & set(path.relative_to(ROOT).parts):
            yield path


def heading(path: Path) -> str:
    return next((line[2:] for line in path.read_text().splitlines() if line.startswith("# ")), "")


def anchors(path: Path) -> set[str]:
    found = set()
    for line in CODE.sub("", path.read_text()).splitlines():
        if line.startswith("#"):
            words = unicodedata.normalize("NFC", line.lstrip("#").strip().lower())
            found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found


def broken_links(path: Path) -> Iterator[str]:
    for match in LINK.finditer(CODE.sub("", path.read_text())):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        to = (path.parent / file).resolve() if file else path
        if not to.exists():
            yield f"{path.relative_to(ROOT)}: the link to {target} leads nowhere"
        elif anchor and to.suffix == ".md" and anchor not in anchors(to):
            yield f"{path.relative_to(ROOT)}: {file or 'this page'} has no heading #{anchor}"


def unknown_commands(path: Path) -> Iterator[str]:
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    import dev
    from amparo.cli import COMMANDS

    text = path.read_text()
    for name in sorted(set(DEV_COMMAND.findall(text)) - set(dev.COMMANDS)):
        yield f"{path.relative_to(ROOT)}: dev.py has no command {name}"
    code = "\n".join(CODE.findall(text))
    named = {*AMPARO_COMMAND.findall(code), *INLINE_COMMAND.findall(CODE.sub("", text))}
    for name in sorted(named - set(COMMANDS)):
        yield f"{path.relative_to(ROOT)}: amparo has no command {name}"


def faults() -> list[str]:
    return [
        fault for path in documents() for check in (broken_links, unknown_commands) for fault in check(path)
    ]


def main() -> int:
    wrong = faults()
    pages = list(documents())
    for page in pages:
        print(f"{page.relative_to(ROOT)!s:48} {heading(page)}")
    for fault in wrong:
        print(fault)
    print(f"{len(pages)} documents, {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
