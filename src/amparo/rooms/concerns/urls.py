"""Addresses of this room at the staff door."""

from __future__ import annotations

from django.urls import path

from .urls_forms import urlpatterns as forms
from .views import duty, duty_acts, rota

app_name = "concerns"
urlpatterns = [
    *forms,
    path("duty/", duty.desk, name="duty"),
    path("duty/concerns/<uuid:concern_id>/", duty.concern, name="concern"),
    path("duty/concerns/<uuid:concern_id>/take-up/", duty_acts.take_up, name="take_up"),
    path("duty/concerns/<uuid:concern_id>/words/", duty.words, name="words"),
    path("duty/concerns/<uuid:concern_id>/reporter/", duty.reporter, name="reporter"),
    path("duty/concerns/<uuid:concern_id>/before-talking/", duty_acts.before_talking, name="before_talking"),
    path("duty/concerns/<uuid:concern_id>/health/", duty_acts.health, name="health"),
    path("duty/concerns/<uuid:concern_id>/helped/", duty_acts.helped, name="helped"),
    path("duty/concerns/<uuid:concern_id>/decide/", duty_acts.decide, name="decide"),
    path("duty/concerns/<uuid:concern_id>/reply/", duty_acts.reply, name="reply"),
    path("duty/concerns/<uuid:concern_id>/reply/words/", duty_acts.write_reply, name="write_reply"),
    path("duty/replies/<uuid:reply_id>/send/", duty_acts.send_reply, name="send_reply"),
    path("duty/decisions/<uuid:decision_id>/", duty.decision, name="decision"),
    path("duty/week/", rota.week, name="rota"),
    path("duty/shifts/<uuid:shift_id>/swap/", rota.swap, name="swap"),
    path("duty/shifts/<uuid:shift_id>/end/", rota.end_shift, name="end_shift"),
    path("duty/swaps/<uuid:swap_id>/answer/", rota.answer, name="answer_swap"),
    path("duty/phone/", rota.phone, name="duty_phone"),
    *forms,
]
