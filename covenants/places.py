"""Paths of pages that mails, calendars and the log of reminders point to."""


def slot(pk: int) -> str:
    """What one party owes about one commitment: form, trail, review."""
    return f"/verplichtingen/{pk}/"


def slot_unchanged(pk: int) -> str:
    """The page with the button "niets veranderd"; opening it changes nothing."""
    return f"/verplichtingen/{pk}/ongewijzigd/"


def round_(pk: int) -> str:
    return f"/rondes/{pk}/"


def reminders_of(pk: int) -> str:
    """The log of reminders of a round."""
    return f"/rondes/{pk}/herinneringen/"


def review_queue() -> str:
    return "/beoordelen/"


def calendar() -> str:
    return "/agenda/"
