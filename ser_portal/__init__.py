"""The portal's wiring, and what knows no domain."""

from ser_portal.celery import app as celery_app

__all__ = ["celery_app"]
