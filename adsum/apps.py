"""The one Django app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from adsum.management.rights import grant_rights


class AdsumConfig(AppConfig):
    """Adsum. After each migration the rights of the app's database role are laid anew."""

    name = "adsum"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_lay_rights, sender=self)


def _lay_rights(using: str, **_: Any) -> None:
    grant_rights(using)
