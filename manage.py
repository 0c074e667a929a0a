#!/usr/bin/env python
"""The portal's command line: every job a screen can do can be done from here too."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ser_portal.settings")
    try:
        from django.conf import settings

        settings.INSTALLED_APPS  # noqa: B018 - reads the environment, and refuses what is not right
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refused:
        sys.exit(f"Het portaal start niet: {refused}")
    except (OperationalError, ProgrammingError) as failed:
        # "no such table" (SQLite), "relation … does not exist" (PostgreSQL): nobody has set this database up yet.
        if "no such table" in str(failed) or "does not exist" in str(failed):
            sys.exit("De database is nog niet ingericht; draai eerst: manage.py migrate")
        if "connection" in str(failed):
            sys.exit("De database is niet te bereiken; klopt DATABASE_URL, en draait de server?")
        raise
