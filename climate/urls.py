"""Included at /klimaat/."""

from django.urls import path

from climate import views

app_name = "climate"

urlpatterns = [
    path("", views.forum, name="forum"),
    path("trajecten/<slug:slug>/", views.track, name="track"),
    path("arbeidsmarkt-en-scholing/", views.labour_market, name="labour_market"),
]
