"""Addresses of intake: each form, the same from paper, its paper; what one sent; partners' systems."""

from __future__ import annotations

from django.urls import URLPattern, path

from .forms.intake_data import intake_forms
from .views import api, intake, intake_sent, paper


def of_form(name: str, slug: str) -> list[URLPattern]:
    return [
        path(f"report/{slug}/", intake.intake, {"name": name}, name=name),
        path(
            f"report/{slug}/from-paper/",
            intake.intake,
            {"name": name, "is_paper": True},
            name=f"{name}_from_paper",
        ),
        path(f"report/{slug}/paper/", paper.preview, {"name": name}, name=f"{name}_paper"),
    ]


urlpatterns = [
    path("report/", intake.report, name="report"),
    path("report/sent/", intake_sent.sent, name="sent"),
    path("report/sent/<uuid:sent_id>/", intake.sent_page, name="sent_one"),
    path("report/calls/", intake.calls, name="calls"),
    path("report/papers/<int:number>/", paper.paper, name="paper"),
    *(address for name, form in intake_forms().items() for address in of_form(name, form.slug)),
    path("api/concerns", api.concerns, name="api_concerns"),
    path("api/concerns/<slug:receipt>", api.concern, name="api_concern"),
]
