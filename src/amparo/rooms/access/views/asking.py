"""One page that asks, acts and goes on: nothing typed is lost, and a refusal is said in words on the same page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from amparo.foundation.errors import Refused
from amparo.foundation.requests import StaffRequest
from amparo.rooms.access.words import refusal_words


def ask(
    request: StaffRequest, form: forms.Form, title: Any, act: Callable[[dict[str, Any]], str], **context: Any
) -> HttpResponse:
    """`act(answers)` does it and returns where to go on; `said` in the context is the message shown there."""
    if request.method == "POST" and form.is_valid():
        try:
            target = act(form.cleaned_data)
        except Refused as refused:
            words = refusal_words(refused.reason)
            if not words:
                raise
            form.add_error(None, words)
        else:
            if context.get("said"):
                messages.success(request, context["said"])
            return redirect(target)
    template = context.pop("template", "layout/question.html")
    return render(
        request, template, {"form": form, "title": title, "cancel_url": context.get("back_url"), **context}
    )
