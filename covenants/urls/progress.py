"""What a party reports: drafts, evidence, submitting, reviews and replies; the queue."""

from django.urls import path

from covenants.views import progress, queue, view_as

urlpatterns = [
    path("verplichtingen/<int:pk>/", progress.slot, name="slot"),
    path("verplichtingen/<int:pk>/concept/", progress.slot_draft, name="slot_draft"),
    path("verplichtingen/<int:pk>/ongewijzigd/", progress.slot_confirm, name="slot_confirm"),
    path("verplichtingen/<int:pk>/beoordeling/", progress.slot_review, name="slot_review"),
    path("verplichtingen/<int:pk>/weerwoord/", progress.slot_reply, name="slot_reply"),
    path("bewijs/<int:pk>/", progress.evidence, name="evidence"),
    path("beoordelen/", queue.review_queue, name="review_queue"),
    path("convenanten/<slug:slug>/telregels/", queue.rulings, name="rulings"),
    path("convenanten/<slug:slug>/telregels/nieuw/", queue.ruling_new, name="ruling_new"),
    path("convenanten/<slug:slug>/bekijk-als/", view_as.view_as, name="view_as"),
]
