"""Who is asked to end, ends: also where Python drops what the handler raised."""

import signal
import subprocess
import sys
from textwrap import dedent

import pytest

IN_A_FINALISER = """
    import time, weakref
    from adsum.core.ending import Asked, end_when_asked

    class Thing: pass

    def slow():
        print("ready", flush=True)
        for _ in range(40):
            time.sleep(0.02)

    end_when_asked()
    try:
        thing = Thing()
        weakref.finalize(thing, slow)
        del thing
        while True:
            time.sleep(0.01)
    except Asked:
        print("ended")
"""
IN_A_CAREFUL_LOOP = """
    import time
    from adsum.core.ending import Asked, end_when_asked

    end_when_asked()
    try:
        print("ready", flush=True)
        while True:
            try:
                time.sleep(5)
            except Exception:
                print("taken for a fault")
    except Asked:
        print("ended")
"""


@pytest.mark.parametrize("program", [IN_A_FINALISER, IN_A_CAREFUL_LOOP])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_no_question_is_lost(program: str, number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", dedent(program)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    said, _ = process.communicate(timeout=20)
    assert said == "ended\n"
    assert process.returncode == 0
