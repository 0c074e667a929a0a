"""What Celery calls. A message carries ids and nothing else; running one twice does no harm."""

import logging

from celery import shared_task
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from covenants import services
from covenants.services import digests, reminders

log = logging.getLogger(__name__)


@shared_task(name="covenants.sweep_lapsed")
def sweep_lapsed() -> None:
    """Daily: work of who may not do it any more goes to somebody who may."""
    services.sweep_lapsed()


@shared_task(name="covenants.remind")
def remind() -> None:
    try:
        digests.wake(reminders.remind().to_send)
    except ImproperlyConfigured as refused:
        log.error("reminders: %s", refused)


@shared_task(name=digests.SEND_TASK)
def send_digest(digest_id: int) -> None:
    digests.send_digest(digest_id)


@shared_task(name="covenants.sweep_evidence")
def sweep_evidence() -> None:
    """Files that no row knows go; what was set apart is shown to the virus scanner again."""
    services.sweep_evidence()


@shared_task(name="covenants.clear_sessions")
def clear_sessions() -> None:
    """Sessions that ended, with whatever was typed in them."""
    call_command("clearsessions")
