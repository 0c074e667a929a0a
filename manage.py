#!/usr/bin/env python
"""The portal's command line: every job a screen can do can be done from here too."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ser_portal.settings")
    try:
        from django.conf import settings

        settings.INSTALLED_APPS  # noqa: B018 - reads the environment, and refuses what is not right
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refused:
        sys.exit(f"Het portaal start niet: {refused}")
