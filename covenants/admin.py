"""The administration of reference data. Agreements and what hangs on them are for reading here, as far as visible.

An administrator keeps lists, frameworks and who looks after what; phases, parties and commitments change on the pages
of the register, where a reason is asked and the step is kept.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from covenants.forms.agreements import seen_sectors
from covenants.models import (
    Agreement,
    Commitment,
    Delegate,
    FacilitatorAssignment,
    Framework,
    FrameworkElement,
    Participation,
    Party,
    PhaseChange,
    PolicyEvent,
    Sector,
    SourceRemark,
    Theme,
)
from ser_portal.accounts.admin import ByAdministrators
from ser_portal.accounts.models import Role, User


class VisibleChoices:
    """Choices of agreements, parties and people are limited to what this administrator may know of."""

    roles: ClassVar[list[str]] = []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model in (Agreement, Party):
            model = db_field.related_model
            seen = model.objects.visible_to(request.user).values("pk")
            kwargs["queryset"] = model.objects.filter(pk__in=seen)
        elif db_field.related_model is User:
            kwargs["queryset"] = User.objects.filter(is_active=True, role__in=self.roles)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class KeptAdmin(VisibleChoices, ByAdministrators, admin.ModelAdmin):
    """Reference data that an administrator keeps."""

    list_per_page = 50
    show_full_result_count = False


class ReadAdmin(ByAdministrators, admin.ModelAdmin):
    """To look at, as far as visible; changed on the pages of the register."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(pk__in=self.model.objects.visible_to(request.user).values("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NamedAdmin(KeptAdmin):
    list_display = ("name_nl", "name_en", "slug")
    search_fields = ("name_nl", "name_en", "slug")


@admin.register(Theme)
class ThemeAdmin(NamedAdmin):
    pass


@admin.register(Sector)
class SectorAdmin(NamedAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Sector]:
        return super().get_queryset(request).filter(pk__in=seen_sectors(request.user).values("pk"))


class FrameworkElementInline(ByAdministrators, admin.TabularInline):
    model = FrameworkElement
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)


@admin.register(Framework)
class FrameworkAdmin(KeptAdmin):
    list_display = ("name_nl", "code")
    inlines = (FrameworkElementInline,)


@admin.register(PolicyEvent)
class PolicyEventAdmin(KeptAdmin):
    list_display = ("title_nl", "occurred")
    search_fields = ("title_nl", "title_en")


@admin.register(SourceRemark)
class SourceRemarkAdmin(KeptAdmin):
    list_display = ("text_nl", "kind", "agreement")
    list_filter = ("kind",)
    list_select_related = ("agreement",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceRemark]:
        seen = Agreement.objects.visible_to(request.user).values("pk")
        return super().get_queryset(request).filter(Q(agreement__isnull=True) | Q(agreement__in=seen))


@admin.register(FacilitatorAssignment)
class FacilitatorAssignmentAdmin(KeptAdmin):
    roles: ClassVar[list[str]] = [Role.FACILITATOR]
    list_display = ("agreement", "user", "began_on", "ended_on")
    list_select_related = ("agreement", "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FacilitatorAssignment]:
        seen = Agreement.objects.visible_to(request.user).values("pk")
        return super().get_queryset(request).filter(agreement__in=seen)


@admin.register(Delegate)
class DelegateAdmin(KeptAdmin):
    roles: ClassVar[list[str]] = [Role.DELEGATE]
    list_display = ("party", "user", "began_on", "ended_on")
    list_select_related = ("party", "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegate]:
        return super().get_queryset(request).filter(party__in=Party.objects.visible_to(request.user).values("pk"))


@admin.register(Agreement)
class AgreementAdmin(ReadAdmin):
    list_display = ("name_nl", "sector", "kind")
    search_fields = ("name_nl", "name_en", "abbreviation_nl")
    list_select_related = ("sector",)


@admin.register(Party)
class PartyAdmin(ReadAdmin):
    list_display = ("name", "type")
    list_filter = ("type",)
    search_fields = ("name", "abbreviation")


@admin.register(PhaseChange)
class PhaseChangeAdmin(ReadAdmin):
    list_display = ("agreement", "to_phase", "effective_on", "superseded_at")
    list_select_related = ("agreement",)
    # Why somebody corrected an entry, and who, stands in the history of the agreement.
    exclude = ("recorded_by", "corrects")


@admin.register(Participation)
class ParticipationAdmin(ReadAdmin):
    list_display = ("party", "agreement", "role", "began", "ended")
    list_select_related = ("party", "agreement")
    search_fields = ("party__name", "agreement__name_nl")


@admin.register(Commitment)
class CommitmentAdmin(ReadAdmin):
    list_display = ("text_nl", "agreement", "carrier")
    list_select_related = ("agreement",)
    search_fields = ("text_nl", "carrier")
