"""What a party reports: drafts, evidence, submitting, reviews and replies; the queue."""

from django.urls import path

from covenants.views import evidence, queue, slot_deciding, slot_writing, view_as

urlpatterns = [
    path("verplichtingen/<int:pk>/", slot_writing.slot, name="slot"),
    path("verplichtingen/<int:pk>/concept/", slot_writing.slot_draft, name="slot_draft"),
    path("verplichtingen/<int:pk>/ongewijzigd/", slot_writing.slot_confirm, name="slot_confirm"),
    path("verplichtingen/<int:pk>/beoordeling/", slot_deciding.slot_review, name="slot_review"),
    path("verplichtingen/<int:pk>/weerwoord/", slot_deciding.slot_reply, name="slot_reply"),
    path("bewijs/<int:pk>/", evidence.evidence, name="evidence"),
    path("beoordelen/", queue.review_queue, name="review_queue"),
    path("convenanten/<slug:slug>/telregels/", queue.rulings, name="rulings"),
    path("convenanten/<slug:slug>/telregels/nieuw/", queue.ruling_new, name="ruling_new"),
    path("convenanten/<slug:slug>/bekijk-als/", view_as.view_as, name="view_as"),
]
