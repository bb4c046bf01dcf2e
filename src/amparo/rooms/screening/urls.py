"""Addresses of this room at the staff door. None says what was noted."""

from __future__ import annotations

from django.urls import path

from .views import instruments, noting, screenings

app_name = "screening"
urlpatterns = [
    path("files/<uuid:subject_id>/screening/", screenings.screenings, name="screenings"),
    path("files/<uuid:subject_id>/screening/choose/", noting.choose, name="choose"),
    path("files/<uuid:subject_id>/screening/new/<slug:instrument>/", noting.note, name="note"),
    path("screening/<uuid:screening_id>/", screenings.screening, name="screening"),
    path("screening/<uuid:screening_id>/task/", screenings.ask_supervisor, name="ask_supervisor"),
    path("instruments/", instruments.instruments, name="instruments"),
    path("instruments/<slug:instrument>/", instruments.instrument, name="instrument"),
    path("instruments/<slug:instrument>/print/<slug:language>/", instruments.blank, name="blank"),
    path("instruments/<slug:licensed>/text/", instruments.enter_text, name="enter_text"),
    path("instruments/texts/<uuid:wording_id>/approve/", instruments.approve, name="approve"),
    path("instruments/texts/<uuid:wording_id>/off/", instruments.switch_off, name="switch_off"),
]
