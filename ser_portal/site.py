"""The administration of reference data at /beheer/: only for administrators, through the portal's own login."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    """No second login page, and no field that holds what a company reported."""

    site_header = _("Beheer van referentiegegevens")
    site_title = _("Beheer")
    index_title = _("Wat er te beheren valt")
    enable_nav_sidebar = False

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Somebody who is signed in but no administrator gets 403 at once, not a tour along the login page."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        """Somebody who is signed in but no administrator is told so; anybody else signs in first."""
        from django.contrib.auth.views import redirect_to_login  # needs the models, which load after this module

        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(reverse("admin:index"), reverse("account_login"))


class PortalAdminConfig(AdminConfig):
    default_site = "ser_portal.site.PortalAdminSite"
