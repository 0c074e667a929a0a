"""Commitments: the list, one commitment, and keeping them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
