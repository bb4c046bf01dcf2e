"""Addresses of this room at the public door, below the language: no cookie is set, no link says who came."""

from __future__ import annotations

from django.urls import path

from . import coming_back, views

app_name = "report"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("me/", views.me, name="me"),
    path("stopped/", views.stopped, name="stopped"),
    path("answer/", coming_back.answer, name="answer"),
]
