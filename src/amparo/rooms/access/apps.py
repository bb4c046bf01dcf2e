from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "amparo.rooms.access"
    label = "access"

    def ready(self) -> None:
        from amparo.foundation.actors import learn_roles

        from . import permissions, provision, registration

        learn_roles({role.value: frozenset(s.permissions) for role, s in permissions.ROLES.items()})
        registration.register()
        post_migrate.connect(provision.copy_roles, sender=self, dispatch_uid="amparo-roles")
