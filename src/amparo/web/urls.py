"""Addresses of the staff door that belong to no room."""

from __future__ import annotations

from django.urls import path

from amparo.web import gallery, home, views

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("language/", views.language, name="language"),
    path("leave/", views.leave, name="leave"),
    path("leaving/", views.leaving, name="leaving"),
    path("away/", views.away, name="away"),
    path("health", views.health, name="health"),
]
