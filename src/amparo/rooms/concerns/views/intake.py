"""Staff intake: which form, its pages, and the page that follows sending."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from amparo.foundation.doors import requires
from amparo.foundation.errors import Conflict, Refused
from amparo.foundation.requests import StaffRequest
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.actions import sending
from amparo.rooms.concerns.forms.intake import IntakeAnswers
from amparo.rooms.concerns.forms.intake_data import intake_forms, told
from amparo.rooms.concerns.forms.intake_group import ManyChildren
from amparo.rooms.concerns.forms.intake_paper import FromPaper
from amparo.rooms.concerns.queries.sending import calls_counted, sent_about, sent_one

from . import intake_steps as steps
from .intake_steps import Asked

#: The order on the page: what cannot wait first.
ORDER = ("hand_over", "custody", "group", "hotline", "agency", "school", "clinic", "border")


@requires(policy.SEND)
@require_GET
def report(request: StaffRequest) -> HttpResponse:
    forms = [
        {
            "name": name,
            "title": told(intake_forms()[name].title),
            "lead": told(intake_forms()[name].lead),
            "url": reverse(f"concerns:{name}"),
            "paper_url": reverse(f"concerns:{name}_paper"),
        }
        for name in ORDER
    ]
    context = {"first": forms[0], "forms": forms[1:], "numbers": settings.AMPARO_DUTY_NUMBERS}
    return render(request, "concerns/intake/report.html", context | {"back_url": "/"})


@requires(policy.SEND)
@require_http_methods(["GET", "POST"])
def intake(request: StaffRequest, name: str, is_paper: bool = False) -> HttpResponse:
    """Asked, checked, sent; hand over now goes without the check, because a call follows at once."""
    asked = Asked(intake_forms()[name], is_paper)
    if request.method == "GET":
        return steps.begin(request, asked)
    step = request.POST.get("step", "")
    if step == "change":
        return steps.question_page(
            request, asked, steps.answers(request, asked, request.POST).without_errors()
        )
    if step == "more" and asked.form.rows:
        data = steps.with_more_rows(request.POST)
        return steps.question_page(request, asked, steps.answers(request, asked, data).without_errors())
    form = steps.answers(request, asked, request.POST)
    if not form.is_valid():
        return steps.question_page(request, asked, form)
    if step == "send" or name == "hand_over":
        return _sent(request, asked, form)
    return steps.check_page(request, asked, form)


def _sent(request: StaffRequest, asked: Asked, form: IntakeAnswers) -> HttpResponse:
    try:
        return _send(request, asked, form)
    except (Refused, Conflict) as error:
        words = steps.why_not(error)
        if not words:
            raise
        form.add_error(None, words)
        return steps.question_page(request, asked, form)


def _send(request: StaffRequest, asked: Asked, form: IntakeAnswers) -> HttpResponse:
    how: dict[str, Any] = {"by": request.actor, "draft": asked.draft, "key": form.cleaned_data["key"]}
    if steps.is_counted(form):
        sending.count_call(call_type=form.cleaned_data["call_type"], **how)
        messages.success(request, _("The call was counted. Nothing else was kept."))
        return redirect("concerns:calls")
    how["paper"] = form.cleaned_data["paper_number"] if isinstance(form, FromPaper) else None
    if isinstance(form, ManyChildren):
        sent = sending.send_group(shared=form.to_intake(), children=form.children(), **how)
        said = _("Sent: a concern for each of %(n)s children. Their numbers stand below.") % {"n": len(sent)}
        messages.success(request, said)
        return redirect("concerns:sent")
    concern = sending.send_intake(intake=form.to_intake(), **how)
    url = reverse("concerns:sent_one", args=[sent_about(request.actor, concern).id])
    return redirect(f"{url}?call=now" if asked.form.after == "call" else url)


@requires(policy.SEND)
@require_GET
def sent_page(request: StaffRequest, sent_id: UUID) -> HttpResponse:
    """The number to name, the answer as far as there is one, and whom to call."""
    one = sent_one(request.actor, sent_id)
    context = {
        "one": one, "is_call": request.GET.get("call") == "now", "numbers": settings.AMPARO_DUTY_NUMBERS,
        "back_url": reverse("concerns:sent"),
    }  # fmt: skip
    return render(request, "concerns/intake/sent_one.html", context)


@requires(policy.SEND)
@require_GET
def calls(request: StaffRequest) -> HttpResponse:
    """Calls of one's unit that became no concern, by day and kind."""
    (question,) = [q for q in intake_forms()["hotline"].questions() if q.name == "call_type"]
    words = {code: told(text) for code, text in question.options.items()}
    rows = [{"day": c.day, "kind": words.get(c.call_type, c.call_type), "calls": c.calls}
            for c in calls_counted(request.actor)]  # fmt: skip
    context = {"rows": rows, "back_url": reverse("concerns:report")}
    return render(request, "concerns/intake/calls.html", context)
