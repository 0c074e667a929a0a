"""What Celery calls. A message carries an id and nothing else; running one twice does no harm."""

from celery import shared_task

from ser_portal.overview import jobs


@shared_task(name=jobs.BUILD_TASK)
def build(job_id: str) -> None:
    jobs.run(job_id)


@shared_task(name="overview.sweep")
def sweep() -> None:
    jobs.sweep()
