"""Each question one function; no HTTP, no templates. Which rows exist for somebody is the querysets' business."""

from typing import Any

from covenants.models import Agreement, FacilitatorAssignment


def may_consult(user: Any) -> bool:
    """May open the working pages: the register, parties, climate, figures. A reader sees issued overviews only."""
    return bool(user.is_authenticated and user.is_active and not user.is_reader)


def may_register(user: Any) -> bool:
    """May register a new agreement or party."""
    return bool(user.is_authenticated and user.is_active and user.is_facilitator)


def may_keep(user: Any, agreement: Agreement) -> bool:
    """May change the facts, phases, participations and activities of this agreement: its own facilitators."""
    if not may_register(user):
        return False
    return FacilitatorAssignment.objects.current().filter(user=user, agreement=agreement).exists()


def may_build_overview(user: Any) -> bool:
    """May build, cancel and download a yearly overview that is not issued."""
    return bool(user.is_authenticated and user.is_active and user.is_reporting)
