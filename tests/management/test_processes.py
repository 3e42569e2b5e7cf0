"""A killed process leaves no zombie under `adsum run`: PostgreSQL would take it for a server that runs."""

import subprocess
import sys

SCRIPT = """
import os, signal, subprocess, time
from pathlib import Path
from adsum.management.processes import adopt_orphans, bury_orphans

adopt_orphans()
pid = int(subprocess.run(["sh", "-c", "sleep 100 >/dev/null & echo $!"], stdout=subprocess.PIPE).stdout)
os.kill(pid, signal.SIGKILL)
deadline = time.monotonic() + 5
while "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] and time.monotonic() < deadline:
    time.sleep(0.01)
print(Path(f"/proc/{pid}").exists())
bury_orphans([])
print(Path(f"/proc/{pid}").exists())
"""


def test_an_orphan_is_adopted_and_buried() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "False"], done.stderr
