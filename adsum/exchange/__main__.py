"""The dispatcher's process: `python -m adsum.exchange`, as `adsum run` starts it."""

import os
import signal
from importlib import import_module
from threading import Event, Thread

import django


def main() -> None:
    """Deliver until SIGTERM; the event at hand is finished and marked first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    django.setup()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=stop.set).start())  # set() here could wait for itself
    import_module("adsum.exchange.dispatch").deliver_until(stop)


if __name__ == "__main__":
    main()
