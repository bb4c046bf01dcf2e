"""Every address of the staff door."""

from __future__ import annotations

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path

from amparo.config.passwords import OwnPassword

urlpatterns = [
    path("", include("amparo.web.urls")),
    # before access, whose last address answers for every other one that begins with /api/
    path("", include("amparo.rooms.concerns.urls")),
    path("", include("amparo.rooms.access.urls")),
    path("", include("amparo.rooms.desk.urls")),
    path("", include("amparo.rooms.vault.urls")),
    path("", include("amparo.rooms.screening.urls")),
    path("", include("amparo.rooms.cases.urls")),
    # only the account pages we use: no sign-up, no e-mail change, no reset by e-mail
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", OwnPassword.as_view(), name="account_change_password"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/2fa/", include("allauth.mfa.urls")),
]
if settings.AMPARO_DEMO:
    urlpatterns.insert(0, path("", include("amparo.config.demo_door")))

handler400 = "amparo.web.views.bad_request"
handler403 = "amparo.web.views.permission_denied"
handler404 = "amparo.web.views.not_found"
handler500 = "amparo.web.views.server_error"
