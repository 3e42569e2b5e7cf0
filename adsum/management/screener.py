"""The screener process: matches what comes in until it is told to stop."""

import os

import django
from django.utils.module_loading import import_string

from adsum.core.ending import Asked, end_when_asked


def main() -> None:
    """Run until SIGTERM; what is committed stays, and the rest waits where it stood."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    django.setup()
    keep_screening = import_string("adsum.management.screening.keep_screening")  # it needs the tables: not before now
    end_when_asked()
    try:
        keep_screening()
    except Asked:
        return


if __name__ == "__main__":
    main()
