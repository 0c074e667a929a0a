"""What Celery calls. A message carries ids and nothing else; running one twice does no harm."""

from celery import shared_task

from covenants import services


@shared_task(name="covenants.sweep_lapsed")
def sweep_lapsed() -> None:
    """Daily: work of who may not do it any more goes to somebody who may."""
    services.sweep_lapsed()
