"""Every address of the public door."""

from __future__ import annotations

from django.urls import include, path

# the first one knows the languages that stand in a path
urlpatterns = [
    path("", include("amparo.web.public_urls")),
    path("<language:code>/", include("amparo.rooms.concerns.public.urls")),
]
handler400 = "amparo.web.views.bad_request"
handler403 = "amparo.web.views.permission_denied"
handler404 = "amparo.web.views.not_found"
handler500 = "amparo.web.views.server_error"
