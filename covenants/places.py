"""Paths of pages that mails, calendars and the log of reminders point to."""

from django.urls import reverse


def slot(pk: int) -> str:
    """What one party owes about one commitment: form, trail, review."""
    return reverse("covenants:slot", args=[pk])


def slot_unchanged(pk: int) -> str:
    """The page with the button "niets veranderd"; opening it changes nothing."""
    return reverse("covenants:slot_confirm", args=[pk])


def round_(pk: int) -> str:
    return reverse("covenants:round", args=[pk])


def reminders_of(pk: int) -> str:
    """The log of reminders of a round."""
    return reverse("covenants:round_reminders", args=[pk])


def review_queue() -> str:
    return reverse("covenants:review_queue")


def calendar() -> str:
    return reverse("covenants:calendar")
