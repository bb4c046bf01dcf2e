"""Addresses of the vault. None carries a name, a number or a place."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "vault"
urlpatterns = [
    path("find/", views.find, name="find"),
    path("files/<uuid:subject_id>/name/", views.show_name, name="show_name"),
    path("files/<uuid:subject_id>/name/record/", views.record_name, name="record_name"),
    path("files/<uuid:subject_id>/contacts/record/", views.record_contacts, name="record_contacts"),
    path("files/<uuid:subject_id>/place/", views.show_place, name="show_place"),
    path("files/<uuid:subject_id>/place/record/", views.record_place, name="record_place"),
]
