"""The worker process: runs the schedule and the queue until it is told to stop."""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Run until SIGTERM; the job at hand is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    django.setup()
    call_command("procrastinate", "worker", "--concurrency", "1", "--shutdown-graceful-timeout", "8")


if __name__ == "__main__":
    main()
