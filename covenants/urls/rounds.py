"""Reporting rounds, their slots, lock and totals."""

from django.urls import URLPattern, path

from covenants.views import round_figures, round_steps, rounds

urlpatterns: list[URLPattern] = [
    path("convenanten/<slug:slug>/rondes/", rounds.rounds, name="rounds"),
    path("convenanten/<slug:slug>/rondes/nieuw/", round_steps.round_new, name="round_new"),
    path("rondes/<int:pk>/", rounds.round, name="round"),
    path("rondes/<int:pk>/inleverdatum/", round_steps.round_extend, name="round_extend"),
    path("rondes/<int:pk>/aanvullen/", round_steps.round_add, name="round_add"),
    path("rondes/<int:pk>/overnemen/", round_steps.round_carry, name="round_carry"),
    path("rondes/<int:pk>/vervallen/", round_steps.round_withdraw, name="round_withdraw"),
    path("rondes/<int:pk>/sluiten/", round_steps.round_lock, name="round_lock"),
    path("rondes/<int:pk>/leden/", rounds.round_members, name="round_members"),
    path("rondes/<int:pk>/cijfers/", round_figures.round_figures, name="round_figures"),
    path("rondes/<int:pk>/cijfers/vrijgeven/", round_figures.round_release, name="round_release"),
    path("convenanten/<slug:slug>/cijfers/", round_figures.figure_series, name="figure_series"),
    path("verplichtingen/<int:pk>/vervallen/", round_steps.slot_withdraw, name="slot_withdraw"),
]
