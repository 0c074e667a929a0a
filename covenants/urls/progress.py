"""What a party reports: drafts, evidence, submitting, reviews and replies; the queue."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
