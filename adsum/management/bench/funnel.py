"""`adsum bench funnel`: a simulated wave, the funnel beside the truth, and how long it takes to count.

All in one transaction that is rolled back: of the made-up people nothing stays.
"""

import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from adsum.funnel.queries import funnel_of
from adsum.funnel.rules import ORDER, Step
from adsum.ledger.rules import OPERATOR
from adsum.management.wave_lives import Faults
from adsum.management.wave_run import WaveRun, simulate_wave
from adsum.management.wave_stages import StagedRun, simulate_stages
from adsum.offices.actions import open_office


def measure_funnel(*, people: int, seed: int, faults: Faults, stages: bool = False) -> dict[str, Any]:
    """The figures; `differences` is empty where every count equals the truth, in every grouping."""
    with transaction.atomic():
        office = open_office(
            code="SIM", name="Simulated", time_zone="America/New_York", phone="", actor=OPERATOR, now=timezone.now()
        )
        began = time.perf_counter()
        simulate = simulate_stages if stages else simulate_wave
        wave, differences = simulate(office=office, people=people, now=timezone.now(), faults=faults, seed=seed)
        took = time.perf_counter() - began
        figures = {
            "people": people,
            "seed": seed,
            "differences": [one for found in differences.values() for one in found],
            **_counted(wave),
            **wave.counted,
            **(_judged(wave) if isinstance(wave, StagedRun) else {}),
            "simulated_s": round(took, 1),
        }
        transaction.set_rollback(True)
    return figures


def _judged(wave: StagedRun) -> dict[str, Any]:
    """How far the stages went, and the last verdict with its reasons."""
    last = wave.verdicts()[-1]
    return {
        "stages": [stage.percent for stage in wave.stages()],
        "let_go_on": wave.let_go_on,
        "answer": last.answer,
        "reasons": [why["words"] for why in last.reasons],
    }


def _counted(wave: WaveRun) -> dict[str, Any]:
    began = time.perf_counter()
    [whole] = funnel_of(people=wave.people(), seen_by=OPERATOR)
    took = time.perf_counter() - began
    browsers = funnel_of(people=wave.people(), seen_by=OPERATOR, by="browser")
    return {
        "reached": {step.value: whole.reached[step] for step in ORDER},
        "failures": {f"{step} {failed}": count for (step, failed), count in whole.failures.most_common()},
        "active_by_browser": {
            group.name or "not known": round(group.rate(Step.ACTIVE, of=Step.DELIVERED), 3) for group in browsers
        },
        "count_ms": round(took * 1000, 1),
    }
