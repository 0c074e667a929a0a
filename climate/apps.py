from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClimateConfig(AppConfig):
    name = "climate"
    verbose_name = _("Klimaat")

    def ready(self) -> None:
        from climate import (
            figures,  # noqa: F401  (declares the figures)
            reference,
        )
        from covenants.reference import registry

        registry.add(reference.load)
