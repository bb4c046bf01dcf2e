"""Open a case: search first, then one short page. All of it works without a script, and a draft is kept."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.errors import NotThere
from amparo.foundation.form_dates import DateField
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access.queries import file_for
from amparo.rooms.cases import actions, policy, queries
from amparo.rooms.cases.actions.opening import MOST_IN_GROUP
from amparo.rooms.cases.forms import GroupForm, OpenForm, SearchForm, language_answers
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.queries import facts_for_case
from amparo.rooms.desk.actions import save_draft
from amparo.rooms.desk.begun import begun
from amparo.rooms.vault.queries import find_by_code, search

from .asking import ask, child, file_url, sheet_url, yes_or_no

SALT = "amparo.cases.searched"
A_DAY = 24 * 3600


@requires(policy.OPEN)
@require_http_methods(["GET", "POST"])
def open_case(request: StaffRequest) -> HttpResponse:
    """By POST, so that no name ever stands in an address. Whoever may not search goes on, and the desk compares."""
    form = SearchForm(typed(request))
    may_search = request.actor.has(policy.SEARCH)
    context: dict[str, Any] = {"form": form, "may_search": may_search, "go_on": "", "go_on_group": ""}
    if not may_search:
        context |= _ways_on(request)
    elif request.method == "POST" and form.is_valid():
        context |= {"asked": True, "hits": _hits(request, form)} | _ways_on(request)
    return render(request, "cases/open.html", context)


def _hits(request: StaffRequest, form: SearchForm) -> tuple[Any, ...]:
    code, terms = form.cleaned_data["code"], form.terms()
    found = find_by_code(request.actor, code) if code else ()
    return tuple(found) or (search(request.actor, terms) if terms else ())


def _go_on(request: StaffRequest) -> str:
    """The next page, with the proof that this person searched today."""
    said: list[tuple[str, str]] = [("searched", signing.dumps(str(request.actor.id), salt=SALT))]
    concerns = _concerns(request)
    said += [("concern", str(concern)) for concern in concerns]
    return f"{reverse('cases:group' if len(concerns) > 1 else 'cases:new')}?{urlencode(said)}"


def _ways_on(request: StaffRequest) -> dict[str, str]:
    """A new case; or, where several children were met together, one page for all of them."""
    on = _go_on(request)
    group = "" if _concerns(request) else on.replace(reverse("cases:new"), reverse("cases:group"))
    return {"go_on": on, "go_on_group": group}


def _concerns(request: StaffRequest) -> list[UUID]:
    """One, or those of a group that was met together."""
    try:
        return list(dict.fromkeys(UUID(text) for text in request.GET.getlist("concern") if text))
    except ValueError:
        raise Http404 from None


def _search_first(request: StaffRequest) -> HttpResponse:
    query = urlencode([("concern", str(concern)) for concern in _concerns(request)])
    return redirect(f"{reverse('cases:open')}?{query}" if query else reverse("cases:open"))


def _has_searched(request: StaffRequest) -> bool:
    try:
        return bool(
            signing.loads(request.GET.get("searched", ""), salt=SALT, max_age=A_DAY) == str(request.actor.id)
        )
    except signing.BadSignature:
        return False


@requires(policy.OPEN)
@require_http_methods(["GET", "POST"])
def new_case(request: StaffRequest) -> HttpResponse:
    if not _has_searched(request):
        return _search_first(request)
    concern = next(iter(_concerns(request)), None)
    if "save_draft" in request.POST:
        return _saved(request)
    draft = _begun(request)
    initial = (_facts(request, concern) if concern else {}) | draft["answers"]
    form = OpenForm(typed(request), takers=queries.takers(request.actor), initial=initial)

    def act(answers: dict[str, Any]) -> str:
        subject = actions.open_case(
            by=request.actor, opening=form.opening(), concern_id=concern, key=answers["key"]
        )
        return _opened(request, subject)

    title = _("Open a case")
    return ask(request, form, title, act, template="cases/new.html", back_url=reverse("cases:open"), **draft)


def _opened(request: StaffRequest, subject: SubjectId) -> str:
    """To the file; whoever gave it to the duty desk does not see it any more, and goes to Today."""
    try:
        file_for(request.actor, subject)
    except NotThere:
        messages.success(request, _("The case is open. The duty desk answers for the child."))
        return reverse("web:home")
    messages.success(request, _("The case is open. A guardian was asked for."))
    return file_url(subject)


def _facts(request: StaffRequest, concern: UUID) -> dict[str, Any]:
    """What the concern says in clear. Its words stay with it: whoever opens the case has read them."""
    facts = facts_for_case(request.actor, ConcernId(concern))
    known = {
        "age_low": facts.age_low,
        "age_high": facts.age_high,
        "gender": {"girl": "girl", "boy": "boy", "other": "another"}.get(facts.gender, "not_known"),
        "risk": "high" if facts.danger_now == "yes" else "",
        **language_answers(facts.language),
    }
    return {k: v for k, v in known.items() if v not in (None, "")}


def _saved(request: StaffRequest) -> HttpResponse:
    """ "Save and finish later", for pages without a script."""
    answers = {
        k: str(v) for k, v in request.POST.items() if k not in ("csrfmiddlewaretoken", "key", "save_draft")
    }
    save_draft(by=request.actor, form="open_case", subject_id=None, answers=answers)
    messages.success(request, _("Draft saved. Only you can open it."))
    return redirect("web:home")


def _begun(request: StaffRequest) -> dict[str, Any]:
    found = begun(request, "open_case")
    return {**found, "answers": _restored(found["answers"])}


def _restored(answers: dict[str, str]) -> dict[str, Any]:
    """A draft keeps boxes as they were sent: the three of a date are one answer again."""
    parts = [answers.get(f"interim_until_{part}", "") for part in ("day", "month", "year")]
    if not any(parts):
        return dict(answers)
    try:
        return {**answers, "interim_until": DateField(allow_future=True).clean(parts)}
    except ValidationError:  # half a date is asked for again
        return dict(answers)


@requires(policy.OPEN)
@require_http_methods(["GET", "POST"])
def open_group(request: StaffRequest) -> HttpResponse:
    """What the children share is asked once and copied; of each child only what tells it from the others."""
    if not _has_searched(request):
        return _search_first(request)
    concerns = _concerns(request)[:MOST_IN_GROUP]
    facts = [_facts(request, concern) for concern in concerns]
    form = GroupForm(typed(request), facts=facts, rows=GroupForm.rows_asked(request.GET.get("rows", "")))

    def act(answers: dict[str, Any]) -> str:
        openings = form.openings()
        known = [*concerns, *[None] * form.row_count]
        rows = [(known[number], opening) for number, opening in openings]
        opened = actions.open_group(by=request.actor, rows=rows, key=answers["key"])
        said = ngettext(
            "%(count)d file is open.", "%(count)d files are open, linked as found together.", len(opened)
        )
        messages.success(request, said % {"count": len(opened)})
        return reverse("cases:mine")

    title, back = _("Open files for a group"), reverse("cases:open")
    return ask(request, form, title, act, template="cases/group.html", back_url=back)


@requires(policy.OPEN)
@require_http_methods(["GET", "POST"])
def open_beside(request: StaffRequest, subject_id: UUID, kind: str) -> HttpResponse:
    """A brother's, sister's or baby's own file in one step, with what both share filled in."""
    file = child(request, subject_id)
    row, said = queries.case_version(request.actor, file.id)
    initial: dict[str, Any] = {"night": "plan" if row.is_plan else "fact", "night_kind": row.night_kind}
    if kind == "siblings":
        initial |= {
            "language": row.language,
            "needs_interpreter": yes_or_no(said.needs_interpreter),
        }
    else:
        initial |= {"age_low": 0, "age_high": 1, "language": "und"}
    form = OpenForm(typed(request), takers=queries.takers(request.actor), initial=initial)

    def act(answers: dict[str, Any]) -> str:
        link: Literal["siblings", "parent_and_baby"] = "siblings" if kind == "siblings" else "parent_and_baby"
        opened = actions.open_linked(
            by=request.actor,
            beside=file.id,
            kind=link,
            opening=form.opening(),
            key=answers["key"],
        )
        return file_url(opened)

    title = _("A file for a brother or sister") if kind == "siblings" else _("A file for the baby")
    said_words = _("The file is open, linked both ways. They stay together.")
    return ask(
        request, form, title, act, template="cases/new.html", back_url=sheet_url(file.id), said=said_words
    )
