"""The register: agreements, phases, parties."""

from django.urls import path

from covenants.views import agreements, context, history, keeping, parties, phases, register

urlpatterns = [
    path("convenanten/", register.register, name="register"),
    path("convenanten/nieuw/", keeping.agreement_new, name="agreement_new"),
    path("convenanten/kader/", context.context, name="context"),
    path("convenanten/<slug:slug>/", agreements.agreement, name="agreement"),
    path("convenanten/<slug:slug>/gegevens/", keeping.agreement_edit, name="agreement_edit"),
    path("convenanten/<slug:slug>/geschiedenis/", history.agreement_history, name="agreement_history"),
    path("convenanten/<slug:slug>/fase/", phases.phase, name="phase"),
    path("convenanten/<slug:slug>/fase/<int:pk>/correctie/", phases.phase_correction, name="phase_correction"),
    path("convenanten/<slug:slug>/stilstand/", phases.stall, name="stall"),
    path("convenanten/<slug:slug>/deelnames/nieuw/", keeping.participation_new, name="participation_new"),
    path("convenanten/<slug:slug>/deelnames/<int:pk>/", keeping.participation_edit, name="participation_edit"),
    path("convenanten/<slug:slug>/activiteiten/nieuw/", keeping.activity_new, name="activity_new"),
    path("partijen/", parties.parties, name="parties"),
    path("partijen/nieuw/", keeping.party_new, name="party_new"),
    path("partijen/<slug:slug>/", parties.party, name="party"),
    path("partijen/<slug:slug>/gegevens/", keeping.party_edit, name="party_edit"),
]
