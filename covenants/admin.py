"""The administration of reference data. Agreements and what hangs on them are for reading here, as far as visible.

An administrator keeps lists, frameworks and who looks after what; phases, parties and commitments change on the pages
of the register, where a reason is asked and the step is kept.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from covenants import services
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


class DelegateForm(forms.ModelForm):
    """What may change of a row: the role, and its last day. Everything else is history."""

    class Meta:
        model = Delegate
        fields: ClassVar[list[str]] = ["party", "user", "role", "began_on", "ended_on"]

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if self.instance.pk is None or self.errors:
            return cleaned
        if {"role", "ended_on"} <= set(self.changed_data):
            raise ValidationError(_("Wijzig de rol of de einddatum; niet beide tegelijk."))
        if "ended_on" in self.changed_data and cleaned.get("ended_on") is None:
            self.add_error("ended_on", _("Een einde gaat niet terug; nodig deze persoon opnieuw uit."))
        return cleaned


@admin.register(Delegate)
class DelegateAdmin(KeptAdmin):
    """Who acts for a party. Every change goes through the services of the people's page: work is handed over, the
    history stays, and nothing is deleted."""

    form = DelegateForm
    roles: ClassVar[list[str]] = [Role.DELEGATE]
    list_display = ("party", "user", "role", "began_on", "ended_on", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("party", "user")
    actions = ("end_now",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegate]:
        return super().get_queryset(request).filter(party__in=Party.objects.visible_to(request.user).values("pk"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row that holds no more is for reading."""
        over = obj is not None and (
            obj.revoked_at is not None or (obj.ended_on is not None and obj.ended_on < timezone.localdate())
        )
        return not over and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["party", "user", "role", "began_on", "ended_on"]
        return fields if obj is None else [*fields, "revoked_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["party", "user", "began_on", "revoked_at"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A refusal of a service is a sentence here, not a failure."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), level=messages.ERROR)
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Delegate, form: Any, change: bool) -> None:
        if not change:
            made = services.appoint(
                obj.party, user=obj.user, role=obj.role, began_on=obj.began_on, ended_on=obj.ended_on, by=request.user
            )
            obj.pk = made.pk
            return
        kept = Delegate.objects.select_related("party", "user").get(pk=obj.pk)
        if "role" in form.changed_data:
            services.change_role(kept, role=obj.role, by=request.user)
        if "ended_on" in form.changed_data:
            services.end_delegation(kept, last_day=obj.ended_on, by=request.user)

    @admin.action(description=_("Nu beëindigen; het werk gaat naar de coördinator"))
    def end_now(self, request: HttpRequest, queryset: QuerySet[Delegate]) -> None:
        ended = 0
        for row in queryset.select_related("party", "user"):
            try:
                services.end_delegation(row, by=request.user)
            except ValidationError:
                continue  # held no more, or was ended a moment ago with another row of the same person
            ended += 1
        self.message_user(
            request, ngettext("%(n)s gemachtiging beëindigd.", "%(n)s gemachtigingen beëindigd.", ended) % {"n": ended}
        )


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
