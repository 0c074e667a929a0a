"""The calendar feed and the log of reminders."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
