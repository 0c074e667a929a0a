"""`python -m ser_portal worker` and `… beat`: Celery's own command line, refusing a wrong environment in one sentence.

`celery -A ser_portal worker` does the same work, but answers a wrong setting with a traceback.
"""

import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ser_portal.celery import app

if __name__ == "__main__":
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the environment, and refuses what is not right
    except ImproperlyConfigured as refused:
        sys.exit(f"Het portaal start niet: {refused}")
    app.start(sys.argv[1:])
