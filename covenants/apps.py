from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CovenantsConfig(AppConfig):
    name = "covenants"
    verbose_name = _("Convenanten")

    def ready(self) -> None:
        from covenants import figures, progress_figures  # noqa: F401  (declare the figures)
