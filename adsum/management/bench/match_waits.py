"""How long one waits for an answer about one record, and for one change."""

import time
from collections.abc import Sequence
from random import Random

from adsum.records.matching.living import LivingMatcher
from adsum.records.matching.population import Description

ONE_BY_ONE, WARM_UP, CHANGES = 3_000, 100, 200


def measure_answers(matcher: LivingMatcher, records: Sequence[Description]) -> list[float]:
    """How long each took, in milliseconds, scored and explained."""
    for record in records[-WARM_UP:]:
        matcher.candidates(record)
    waits = []
    for record in records[:ONE_BY_ONE]:
        started = time.perf_counter()
        matcher.candidates(record)
        waits.append((time.perf_counter() - started) * 1000)
    return waits


def measure_changes(matcher: LivingMatcher, people: Sequence[Description]) -> list[float]:
    """How long it took to take a person out and put them back, in milliseconds."""
    waits = []
    for person in Random(1).sample(people, min(CHANGES, len(people))):  # noqa: S311 - no secret
        started = time.perf_counter()
        matcher.drop(person.key)
        matcher.put(person)
        waits.append((time.perf_counter() - started) * 1000)
    return waits
