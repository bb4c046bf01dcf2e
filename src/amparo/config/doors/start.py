"""Opens a door, or refuses to when one of its addresses carries no access mark."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def open_door() -> Callable[..., Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amparo.config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    from amparo.config.apps import every_address_is_marked

    unmarked = every_address_is_marked()
    if unmarked:
        raise ImproperlyConfigured(" ".join(str(e.msg) for e in unmarked))
    return application
