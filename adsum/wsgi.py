"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
_django = get_wsgi_application()

from adsum.portal.in_line import InLine  # noqa: E402 - its templates need Django to be ready

# Each web process has 64 threads (commands/run.py): eight stay free for officers, health, and for turning away.
application = InLine(_django, inside=56)
