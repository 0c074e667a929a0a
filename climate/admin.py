"""Reference data of the climate part, for administrators. What somebody changes here a reload leaves alone."""

from typing import Any

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from climate import models
from ser_portal.accounts.admin import ByAdministrators


class RecordAdmin(ByAdministrators, SimpleHistoryAdmin):
    """With the history of each record, and never deleted: an end date says that it is over."""

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(models.Forum)
class ForumAdmin(RecordAdmin):
    list_display = ["name_nl", "began", "ended"]


@admin.register(models.ForumTask)
class ForumTaskAdmin(RecordAdmin):
    list_display = ["number", "text_nl"]


@admin.register(models.ForumFact)
class ForumFactAdmin(RecordAdmin):
    list_display = ["kind", "about_year", "text_nl"]
    list_filter = ["kind"]


@admin.register(models.ForumActivity)
class ForumActivityAdmin(RecordAdmin):
    list_display = ["activity", "part", "highlighted"]
    list_filter = ["part", "highlighted"]
    list_select_related = ["activity"]
    raw_id_fields = ["activity"]


@admin.register(models.Seat)
class SeatAdmin(RecordAdmin):
    list_display = ["number", "title_nl", "sector_table", "track"]
    list_select_related = ["sector_table", "track"]


@admin.register(models.SeatHolding)
class SeatHoldingAdmin(RecordAdmin):
    list_display = ["seat", "name", "vacant", "began", "ended"]
    list_select_related = ["seat"]
    raw_id_fields = ["party"]


@admin.register(models.SectorTable)
class SectorTableAdmin(RecordAdmin):
    list_display = ["number", "name_nl", "ministry", "ministry_words"]
    list_select_related = ["ministry"]
    raw_id_fields = ["ministry"]


@admin.register(models.TableChair)
class TableChairAdmin(RecordAdmin):
    list_display = ["table", "stage", "name", "began", "ended"]
    list_select_related = ["table"]
    list_filter = ["stage"]


@admin.register(models.Track)
class TrackAdmin(RecordAdmin):
    list_display = ["number", "name_nl", "named_as", "confirmed"]
    list_filter = ["named_as", "confirmed"]


@admin.register(models.TrackChair)
class TrackChairAdmin(RecordAdmin):
    list_display = ["track", "name", "began", "ended"]
    list_select_related = ["track"]


@admin.register(models.TrackFact)
class TrackFactAdmin(RecordAdmin):
    list_display = ["track", "kind", "number", "text_nl"]
    list_select_related = ["track"]
    list_filter = ["kind"]


@admin.register(models.TrackActivity)
class TrackActivityAdmin(RecordAdmin):
    list_display = ["track", "activity"]
    list_select_related = ["track", "activity"]
    raw_id_fields = ["activity"]
