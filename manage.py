#!/usr/bin/env python
"""The portal's command line: every job a screen can do can be done from here too."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ser_portal.settings")
    execute_from_command_line(sys.argv)
