"""The calendar feed and the log of reminders."""

from django.urls import URLPattern, path

from covenants.views import reminders

urlpatterns: list[URLPattern] = [
    path("rondes/<int:pk>/herinneringen/", reminders.round_reminders, name="round_reminders"),
    path("agenda/", reminders.calendar, name="calendar"),
    path("agenda/intrekken/", reminders.calendar_revoke, name="calendar_revoke"),
    path("agenda/<str:secret>.ics", reminders.calendar_feed, name="calendar_feed"),
]
