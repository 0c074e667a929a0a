"""`python -m ser_portal worker` and `… beat`: Celery's own command line, refusing a wrong environment in one sentence.

`celery -A ser_portal worker` does the same work, but answers a wrong setting with a traceback.
"""

import os
import sys

from celery.__main__ import main
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ser_portal.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the environment, and refuses what is not right
    except ImproperlyConfigured as refused:
        sys.exit(f"Het portaal start niet: {refused}")
    sys.argv[1:1] = ["-A", "ser_portal"]
    main()
