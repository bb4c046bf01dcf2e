"""The account that `dev.py test` gives: a group that proved nothing is a failure."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import documents  # noqa: E402
import locking  # noqa: E402
import testing  # noqa: E402


def group(**given):
    return testing.Group("browser", "browser", **given)


@pytest.mark.parametrize(
    ("made", "strict", "is_fine"),
    [
        ({"passed": 3}, True, True),
        ({"passed": 3, "skipped": ["a.b"]}, True, False),
        ({"passed": 3, "skipped": ["a.b"]}, False, True),
        ({"code": 5}, True, False),  # pytest: nothing was collected
        ({"code": 5}, False, True),
        ({"passed": 3, "failed": 1, "code": 1}, False, False),
        ({"passed": 3, "code": 2}, True, False),  # interrupted, although nothing failed
        ({"passed": 3, "code": -9}, True, False),
        ({"skipped": ["a.b"]}, True, False),
    ],
)
def test_a_group_is_judged_by_what_it_proved(made, strict, is_fine):
    assert (group(**made).faults(strict) == []) is is_fine


def test_every_marker_of_the_suite_has_its_group():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = {line.split(":")[0] for line in project["tool"]["pytest"]["ini_options"]["markers"]}

    assert declared == set(testing.MARKERS)
    expressions = " ".join(made.expression for made in testing.groups(everything=True))
    for marker in testing.MARKERS:
        assert marker in expressions.replace(f"not {marker}", "")


def test_landing_leaves_out_only_what_all_runs():
    everything = {(made.expression, made.folder) for made in testing.groups(everything=True)}
    assert {(made.expression, "") for made in testing.landing()} <= everything


@pytest.mark.parametrize(
    ("xml", "counted"),
    [
        ("<testcase classname='a' name='b'/>", (1, 0, 0)),
        ("<testcase classname='a' name='b'><failure/></testcase>", (0, 1, 0)),
        ("<testcase classname='a' name='b'><error/></testcase>", (0, 1, 0)),
        ("<testcase classname='a' name='b'><skipped/></testcase>", (0, 0, 1)),
    ],
)
def test_a_report_is_counted(tmp_path, xml, counted):
    report = tmp_path / "report.xml"
    report.write_text(f"<testsuites><testsuite>{xml}</testsuite></testsuites>")
    made = group()

    testing.count(made, report)

    assert (made.passed, made.failed, len(made.skipped)) == counted


def test_lock_files_name_no_address_and_agree_with_the_reasons():
    assert locking.faults() == []


@pytest.mark.parametrize("bad", ["--index-url x\n", "# https://somewhere\n", "django==5.2\n"])
def test_a_lock_file_with_an_address_or_without_a_hash_is_found(tmp_path, monkeypatch, bad):
    monkeypatch.setattr(locking, "FOLDER", tmp_path)
    monkeypatch.setattr(locking, "drifts", list)
    (tmp_path / "core.txt").write_text("six==1 \\\n    --hash=sha256:aa\n" + bad)

    assert len(locking.faults()) == 1


def test_a_broken_link_a_missing_heading_and_an_unknown_command_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](page.md#here) [b](gone.md) [c](page.md#there) [d](https://example.org)\n"
        "Run `python3 dev.py demo` or `python3 dev.py dance`.\n"
        "```\namparo doctor\namparo dance\n[e](not-a-link)\n```\n"
    )

    found = [*documents.broken_links(page), *documents.unknown_commands(page)]

    assert [fault.split(": ", 1)[1] for fault in found] == [
        "the link to gone.md leads nowhere",
        "page.md has no heading #there",
        "dev.py has no command dance",
        "amparo has no command dance",
    ]
