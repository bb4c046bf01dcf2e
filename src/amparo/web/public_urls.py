"""Addresses of the public door. The language stands in the path: no cookie is set, no link says who came."""

from __future__ import annotations

from django.urls import path, register_converter

from amparo.web import public, views
from amparo.web.languages import BY_CODE


class LanguageConverter:
    regex = "|".join(BY_CODE)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "language")

app_name = "public"
urlpatterns = [
    path("", public.choose, name="choose"),
    path("health", views.health, name="health"),
    path("away/", views.away, name="away"),
    path("<language:code>/", public.front, name="front"),
    path("<language:code>/safety/", public.safety, name="safety"),
]
