"""What the duty desk does with a concern, one page or one press each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.errors import Conflict, Refused
from amparo.foundation.registries import refusals
from amparo.foundation.requests import StaffRequest, back_to, typed
from amparo.rooms.concerns import actions, policy, queries
from amparo.rooms.concerns.duty_rules import duty_rules
from amparo.rooms.concerns.forms.duty import DecisionForm, FixedReplyForm, FreeReplyForm, HealthForm, TalkForm
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.vault.queries import find_by_code


@requires(policy.ANSWER)
@require_POST
def take_up(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    actions.acknowledge(by=request.actor, concern_id=ConcernId(concern_id))
    messages.success(request, _("You are on it. Nobody else is called."))
    return redirect(back_to(request, reverse("concerns:concern", args=[concern_id])))


@requires(policy.ANSWER)
@require_POST
def helped(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    actions.help_given(by=request.actor, concern_id=ConcernId(concern_id), fact=request.POST.get("fact", ""))
    messages.success(request, _("It is written down. Its time limit has ended."))
    return redirect("concerns:concern", concern_id)


@requires(policy.ANSWER)
@require_http_methods(["GET", "POST"])
def before_talking(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    form = TalkForm(typed(request))
    duty = duty_rules().duty_in(request.actor.calendar)
    language = (get_language() or "en").lower()

    def act(answers: dict[str, Any]) -> str:
        actions.check_before_talking(
            by=request.actor, concern_id=ConcernId(concern_id), checks=form.checks(),
            is_now=answers["now"] == "yes", key=answers["key"],
        )  # fmt: skip
        return _("Write down only what you hear. One question at a time.") if answers["now"] == "yes" else (
            _("That is a full answer. Somebody looks again later.")
        )  # fmt: skip

    more = {"duty": duty, "duty_words": duty.words.get(language, duty.words["en"])}
    return _ask(request, concern_id, form, _("Before any conversation"), act, "concerns/duty/talk.html", more)


@requires(policy.ANSWER)
@require_http_methods(["GET", "POST"])
def health(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    form = HealthForm(typed(request))

    def act(answers: dict[str, Any]) -> str:
        actions.health_today(
            by=request.actor, concern_id=ConcernId(concern_id), when=answers["when"],
            is_self_harm=answers["self_harm"], key=answers["key"],
        )  # fmt: skip
        return _("A doctor today: it stands among your tasks, with its time limits.")

    return _ask(request, concern_id, form, _("May need a doctor today"), act, "concerns/duty/health.html")


@requires(policy.ANSWER)
@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    view = queries.concern_for(request.actor, ConcernId(concern_id))
    form = DecisionForm(typed(request), initial={"version": view.version})

    def act(answers: dict[str, Any]) -> str:
        code = answers["code"] if answers["outcome"] == "existing_case" else ""
        hits = find_by_code(request.actor, code) if code else ()
        if code and not hits:
            raise Refused("no_such_file")
        order = actions.DecisionOrder(
            answers["outcome"], answers["reason"], answers["version"], hits[0].id if hits else None
        )
        actions.decide(by=request.actor, concern_id=view.row.id, order=order, key=answers["key"])
        if answers["outcome"] == "no_further_action":
            return _("It stays open until a second person has read it.")
        return _("It is decided.")

    return _ask(request, concern_id, form, _("Decide"), act, "concerns/duty/decide.html", {"concern": view})


@requires(policy.ANSWER)
@require_http_methods(["GET", "POST"])
def reply(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    form = FixedReplyForm(typed(request))

    def act(answers: dict[str, Any]) -> str:
        actions.reply_fixed(by=request.actor, concern_id=ConcernId(concern_id), answer=answers["answer"])
        return _("The answer is there for whoever reported.")

    return _ask(request, concern_id, form, _("Answer the reporter"), act, "concerns/duty/reply.html")


@requires(policy.ANSWER)
@require_http_methods(["GET", "POST"])
def write_reply(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    form = FreeReplyForm(typed(request))

    def act(answers: dict[str, Any]) -> str:
        actions.write_reply(
            by=request.actor, concern_id=ConcernId(concern_id), text=answers["text"], key=answers["key"]
        )
        return _("It waits for a second reader and is not sent yet.")

    return _ask(request, concern_id, form, _("Answer in your own words"), act)


@requires(policy.ANSWER)
@require_POST
def send_reply(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    actions.send_reply(by=request.actor, reply_id=reply_id)
    messages.success(request, _("The answer was sent."))
    return redirect(back_to(request, reverse("concerns:duty")))


def _ask(
    request: StaffRequest, concern_id: UUID, form: forms.Form, title: str, act: Callable[[dict[str, Any]], str],
    template: str = "layout/question.html", more: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """One question about a concern: nothing typed is lost, and a refusal is said on the same page."""
    view = (more or {}).get("concern") or queries.concern_for(request.actor, ConcernId(concern_id))
    back, status = reverse("concerns:concern", args=[concern_id]), 200
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except Refused as refused:
            if not refusals.get(refused.reason):
                raise
            form.add_error(None, refusals[refused.reason])
        except Conflict:
            form.add_error(
                None, _("Somebody changed this concern a moment ago. Go back and look before you decide.")
            )
            status = 409
        else:
            messages.success(request, said)
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "concern": view,
        "back_url": back,
        "cancel_url": back,
        **(more or {}),
    }
    return render(request, template, context, status=status)
