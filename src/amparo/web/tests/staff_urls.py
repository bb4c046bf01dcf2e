"""The web layer's own addresses and two of the sign-in library's, enough to draw a page."""

from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [
    path("", include("amparo.web.urls")),
    path("account/logout/", lambda request: HttpResponse(), name="account_logout"),
    path("account/login/", lambda request: HttpResponse(), name="account_login"),
]
