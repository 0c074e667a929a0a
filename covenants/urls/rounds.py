"""Reporting rounds, their slots, lock and totals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
