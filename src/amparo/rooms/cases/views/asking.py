"""One page that asks, acts and goes on: nothing typed is lost, and a refusal is said in words on the same page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import SubjectId
from amparo.foundation.registries import refusals
from amparo.foundation.requests import StaffRequest
from amparo.rooms.cases import queries
from amparo.rooms.desk.queries import SubjectRow, subject_for


def ask(
    request: StaffRequest, form: forms.Form, title: Any, act: Callable[[dict[str, Any]], str], **context: Any
) -> HttpResponse:
    """`act(answers)` does it and returns where to go on; `said` in the context is the message shown there."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            target = act(form.cleaned_data)
        except Refused as refused:
            if refused.reason not in refusals:
                raise
            form.add_error(None, refusals[refused.reason])
        except Conflict as conflict:
            _newer(form, conflict)
            status = 409
        else:
            if context.get("said"):
                messages.success(request, context["said"])
            return redirect(target)
    template = context.pop("template", "layout/question.html")
    back = context.pop("back_url", "")
    shown = {"form": form, "title": title, "back_url": back, "cancel_url": back, **context}
    return render(request, template, shown, status=status)


def _newer(form: Any, conflict: Conflict) -> None:
    """What was typed stays; sent again it is based on the newer sheet, whose history keeps both."""
    form.data = form.data.copy()
    form.data["version"] = str(conflict.current)
    form.add_error(None, _("Somebody changed this a moment ago. Look at it first, or send yours again."))


def child(request: StaffRequest, subject_id: UUID, section: str = "case") -> SubjectRow:
    """The child a form is about. Whoever may only read the section gets no form of it, as for an absent child."""
    found = subject_for(request.actor, SubjectId(subject_id), section)
    if not found.may_write:
        raise NotThere
    queries.case_version(request.actor, found.id)  # a file without a case has no sheet to write on
    return found


def sheet_url(subject: SubjectId) -> str:
    return reverse("cases:sheet", args=[subject])


def file_url(subject: SubjectId) -> str:
    return reverse("access:subject", args=[subject])


def yes_or_no(answer: bool | None) -> str:
    """As a radio button's value; nothing is chosen where nobody asked yet."""
    return "" if answer is None else "yes" if answer else "no"
