"""Commitments: the list, one commitment, and keeping them; and the reporting rules of an agreement."""

from django.urls import path

from covenants.views import commitment, commitment_history, commitment_keeping, commitments, rules

urlpatterns = [
    path("afspraken/", commitments.commitments, name="commitments"),
    path("afspraken/<int:pk>/", commitment.commitment, name="commitment"),
    path("afspraken/<int:pk>/wijzigen/", commitment_keeping.commitment_edit, name="commitment_edit"),
    path("afspraken/<int:pk>/beeindigen/", commitment_keeping.commitment_end, name="commitment_end"),
    path("afspraken/<int:pk>/geschiedenis/", commitment_history.commitment_history, name="commitment_history"),
    path("convenanten/<slug:slug>/afspraken/nieuw/", commitment_keeping.commitment_new, name="commitment_new"),
    path("convenanten/<slug:slug>/rapportageregels/", rules.rules, name="rules"),
]
