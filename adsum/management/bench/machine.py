"""What a figure was measured on, and how much memory processes take."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


def describe_machine() -> dict[str, Any]:
    """Cores, memory, processor, kernel and Python, for a reader who compares."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    names = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 2**30, 1),
        "processor": names[0] if names else platform.machine(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def memory_mb(pids: Iterable[int]) -> float:
    """The memory of these processes, shared pages counted once in proportion (PSS), in MB."""
    kilobytes = 0
    for pid in pids:
        for line in _lines(f"/proc/{pid}/smaps_rollup"):
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return round(kilobytes / 1024, 1)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Lowest, middle and highest of several rounds."""
    return {name: round(of(values), 3) for name, of in (("low", min), ("median", statistics.median), ("high", max))}


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
