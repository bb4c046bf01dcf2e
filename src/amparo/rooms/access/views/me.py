"""One's own page: what I looked at, where I am signed in, in which role I act."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires, signed_in
from amparo.foundation.requests import StaffRequest
from amparo.rooms.access import actions, queries
from amparo.rooms.access.policy import Permission


@requires(Permission.USE_AMPARO)
@require_GET
def me(request: StaffRequest) -> HttpResponse:
    page = queries.my_log(request.actor, request.GET.get("after", ""))
    context = {"page": page, "title": _("What you looked at"), "mine": True, "back_url": "/"}
    return render(request, "access/log.html", context)


@signed_in(because="one must be able to end a sign-in before a role is chosen")
@require_GET
def sign_ins(request: StaffRequest) -> HttpResponse:
    return render(request, "access/sign_ins.html", {"rows": queries.my_sign_ins(request.actor)})


@signed_in(because="one must be able to end a sign-in before a role is chosen")
@require_POST
def end_sign_in(request: StaffRequest, sign_in_id: UUID) -> HttpResponse:
    actions.end_sign_in(by=request.actor, sign_in_id=sign_in_id)
    messages.success(request, _("That sign-in ended."))
    return redirect("access:sign_ins")


@signed_in(because="the page on which a role is chosen")
@require_http_methods(["GET", "POST"])
def choose_membership(request: StaffRequest) -> HttpResponse:
    rows = queries.my_memberships(request.actor)
    target = request.POST.get("next") or request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    if request.method == "POST":
        chosen = next((r for r in rows if str(r.id) == request.POST.get("membership")), None)
        if chosen is not None:
            actions.act_as(by=request.actor, membership_id=chosen.id)
            return HttpResponseRedirect(target)  # not redirect(): that would look the words up as a name
    return render(request, "access/choose_membership.html", {"rows": rows, "next": target})
