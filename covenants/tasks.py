"""What Celery calls. A message carries an id and nothing else; running one twice does no harm."""

import logging

from celery import shared_task
from django.core.exceptions import ImproperlyConfigured

from covenants.services import digests, reminders

log = logging.getLogger(__name__)


@shared_task(name="covenants.remind")
def remind() -> None:
    try:
        digests.wake(reminders.remind().to_send)
    except ImproperlyConfigured as refused:
        log.error("reminders: %s", refused)


@shared_task(name=digests.SEND_TASK)
def send_digest(digest_id: int) -> None:
    digests.send_digest(digest_id)
