"""The worker process: runs the schedule and the queue until it is told to stop."""

import os
import threading

import django
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string


def main() -> None:
    """Run until SIGTERM; the job at hand is finished first. Beside it a thread looks whether the web answers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    django.setup()
    keep_looking = import_string("adsum.management.pulse.keep_looking")  # it needs the tables, so not before now
    looking = (settings.PUBLIC_URL, threading.Event())
    threading.Thread(target=keep_looking, args=looking, name="pulse", daemon=True).start()
    call_command("procrastinate", "worker", "--concurrency", "1", "--shutdown-graceful-timeout", "8")


if __name__ == "__main__":
    main()
