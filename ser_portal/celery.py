"""Celery only wakes somebody up: what has to be done is a row in the database (design.md, section 6)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ser_portal.settings")

app = Celery("ser_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
