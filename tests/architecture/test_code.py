"""Shapes that once let data out somewhere, and are therefore not written here."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from amparo.foundation.models import OwnRowsManager, Protected, SealedModel

from .source import PACKAGE, ROOT, dotted, modules

#: Sealed models answer none of these; what is left are library tables.
READS_ALL = {
    "all",
    "filter",
    "get",
    "exclude",
    "values",
    "values_list",
    "count",
    "first",
    "exists",
    "raw",
    "extra",
}
#: Where SQL is written out: each statement in them runs inside a context, or calls `sec.*` alone.
SQL_MODULES = {
    "src/amparo/foundation/acts.py", "src/amparo/foundation/actors.py", "src/amparo/foundation/sealing.py",
    "src/amparo/foundation/sessions.py", "src/amparo/foundation/jobs.py", "src/amparo/config/sign_in.py",
    "src/amparo/rooms/access/provision.py", "src/amparo/foundation/functions.py", "src/amparo/web/views.py",
    "src/amparo/config/demo_door.py", "src/amparo/foundation/models.py",
}  # fmt: skip
SQL_PLACES = re.compile(
    r"src/amparo/rooms/\w+/(actions|queries)(/\w+)?\.py|src/amparo/rooms/\w+/(policy|reactions)\.py"
    r"|src/amparo/(keeper|runtime)/(\w+/)?\w+\.py"
)


def calls():
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                yield module, node


def about_a_child() -> set[str]:
    """Names of the models that answer only to a viewer."""
    return {
        m.__name__
        for m in apps.get_models()
        if issubclass(m, Protected) or isinstance(getattr(m, "objects", None), OwnRowsManager)
    }


def test_no_manager_of_a_childs_rows_is_asked_without_a_viewer():
    names = about_a_child()
    assert len(names) >= 12
    found = []
    for module, node in calls():
        asked = dotted(node.func).split(".")
        if asked[-1] in READS_ALL and {"objects", "_base_manager", "_default_manager"} & set(asked):
            model = asked[max(len(asked) - 3, 0)]
            if model in names or "_base_manager" in asked:
                found.append(module.at(node))
    assert found == []


@pytest.mark.parametrize("way", ["all", "filter", "count", "first", "exists", "update", "delete"])
def test_sealed_managers_refuse_every_way_in(way):
    answered = []
    for model in apps.get_models():
        if model.__name__ in about_a_child() and model.__module__.startswith("amparo."):
            try:
                getattr(model.objects, way, model.objects.all)()
                answered.append(model.__name__)
            except SealedModel:
                pass
    assert answered == []


def test_sql_is_written_only_where_a_context_is_open():
    found = {
        module.at(node)
        for module, node in calls()
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in ("execute", "executemany", "raw", "extra", "RawSQL")
        and str(module.path.relative_to(ROOT)) not in SQL_MODULES
        and not SQL_PLACES.fullmatch(str(module.path.relative_to(ROOT)))
    }
    assert found == set()


def test_sql_is_never_put_together_from_values():
    """f-strings and % in a statement: values travel as parameters, always. The start writes names through
    `psycopg.sql`, which quotes them."""
    found = []
    for module, node in calls():
        if isinstance(node.func, ast.Attribute) and node.func.attr == "execute" and node.args:
            statement = node.args[0]
            is_built = isinstance(statement, ast.JoinedStr) and any(
                isinstance(v, ast.FormattedValue) for v in statement.values
            )
            is_built |= isinstance(statement, ast.BinOp) and isinstance(statement.op, ast.Mod)
            if is_built and not _argued(module, node):
                found.append(module.at(node))
    assert found == []


def _names(nodes):
    return {getattr(node, "id", "") for node in nodes}


def _is_written_out(node):
    """A tuple of literals, or the name of a constant in capitals."""
    return isinstance(node, ast.Name) or all(
        isinstance(e, ast.Constant) for e in getattr(node, "elts", [None])
    )


def test_functions_of_the_second_wall_are_called_by_names_written_out():
    """`functions.call` and `functions.rows` put a function's name into a statement: it is always a literal of ours."""
    found, good = [], 0
    for module, node in calls():
        if dotted(node.func) in ("call", "rows", "calls.call", "calls.rows") and node.args:
            names = [a.value for a in node.args[:1] if isinstance(a, ast.Constant)]
            extra = [k for k in node.keywords if k.arg == "what" and "function" not in _names(node.args[:1])]
            extra += [k for k in node.keywords if k.arg == "cast" and not _is_written_out(k.value)]
            is_ours = bool(names) and re.fullmatch(r"(sec|audit|intake)\.[a-z_]+", str(names[0])) is not None
            good += is_ours
            if (not is_ours and "function" not in _names(node.args[:1])) or extra:
                found.append(module.at(node))
    assert good >= 20
    assert found == []


def test_no_check_is_ever_skipped():
    named = [
        module.at(node) for module, node in calls() if any(k.arg == "skip_checks" for k in node.keywords)
    ]
    given = [
        module.at(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and node.value in ("--skip-checks", "skip_checks")
    ]
    assert named + given == []


def test_no_guard_is_an_assert():
    """`python -O` removes them. Saying to the type checker that something is not None is no guard."""
    found = [
        module.at(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assert) and not _says_not_none(node.test)
    ]
    assert [f for f in found if not f.startswith("src/amparo/runtime/")] == []


def _says_not_none(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.IsNot)
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value is None
    )


def test_nothing_is_unpickled_evaluated_or_run_through_a_shell():
    bad = {"eval", "exec", "pickle.loads", "pickle.load", "os.system", "yaml.load", "mark_safe", "SafeString"}
    found = [
        module.at(node) for module, node in calls() if dotted(node.func) in bad and not _argued(module, node)
    ]
    found += [
        module.at(node)
        for module, node in calls()
        if any(k.arg == "shell" and getattr(k.value, "value", None) is True for k in node.keywords)
    ]
    assert found == []


def _argued(module, node) -> bool:
    """The line says why it is safe, beside the linter's own mark."""
    line = module.path.read_text().splitlines()[node.lineno - 1]
    return re.search(r"# noqa: S\d+ [-–(] ?\w+ \w+", line) is not None


def test_no_admin_no_model_forms_and_no_cache_of_pages():
    bad = ("django.contrib.admin", "django.middleware.cache", "django.views.decorators.cache.cache_page")
    found = [module.name for module in modules() if any(b in module.path.read_text() for b in bad)]
    found += [module.at(node) for module, node in calls() if dotted(node.func).endswith("modelform_factory")]
    found += [
        module.at(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and any("ModelForm" in dotted(b) for b in node.bases)
    ]
    assert found == []


def test_requirements_name_no_host():
    files = sorted((ROOT / "requirements").iterdir())
    assert len(files) >= 4
    assert [f.name for f in files if "://" in f.read_text()] == []


def test_locked_requirements_are_all_hashed():
    for name in ("core.txt", "dev.txt", "uv.txt"):
        entries = re.split(r"\n(?=[a-zA-Z0-9])", (ROOT / "requirements" / name).read_text())
        pinned = [e for e in entries if re.match(r"[\w.\[\],-]+==", e)]
        assert pinned
        assert [e.splitlines()[0] for e in pinned if "--hash=sha256:" not in e] == []


def test_style_sheets_follow_the_writing_direction():
    """Right-to-left pages come from logical properties: nothing is told to the left or to the right."""
    sided = re.compile(
        r"(?<![\w-])((margin|padding|border|inset)-(left|right)(-\w+)?|(left|right)|(text-align|float|clear)"
        r"\s*:\s*(left|right))\s*[:;]"
    )
    sheets = sorted(PACKAGE.rglob("*.css"))
    assert sheets
    found = []
    for sheet in sheets:
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), sheet.read_text(), flags=re.S)
        found += [
            f"{sheet.name}:{n}: {line.strip()}"
            for n, line in enumerate(text.splitlines(), 1)
            if sided.search(line)
        ]
    assert found == []
