"""`adsum bench match`: records matched in a batch and one at a time, beside Splink on the same data in the same run."""

import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from adsum.management.bench.load import percentile
from adsum.management.bench.machine import describe_machine
from adsum.management.bench.match_waits import measure_answers, measure_changes
from adsum.management.bench.splink import measure_splink
from adsum.management.matching import match_batch
from adsum.management.matching_sample import Wish, describe, make_sample
from adsum.records.matching.learning import learn
from adsum.records.matching.living import LivingMatcher, build
from adsum.records.matching.names import fold, read_tokens
from adsum.records.matching.population import Description

RECORDS, LEARN_FROM, ROUNDS = 10_000, 1_000, 3


def measure_matching(folder: Path, *, people: int, say: Callable[[str], None]) -> dict[str, Any]:
    """The whole benchmark. Memory is that of one process that holds the people, with everything it needs."""
    machine = describe_machine()
    say(f"making {people:,} people and {RECORDS:,} records up")
    made, written = make_sample(Wish(people, RECORDS))
    described, records = [describe(person) for person in made], [one.record for one in written]
    del made, written
    splink = measure_splink(folder, described, records, say)
    say("preparing the matcher")
    started, before = time.monotonic(), _resident_mb()
    matcher = build(described)
    prepared = time.monotonic()
    learn(matcher.matcher, records[:LEARN_FROM], name="bench")
    learnt, memory = time.monotonic(), _resident_mb() - before
    say("in a batch")
    batches = [_measure_batch(matcher, records) for _ in range(ROUNDS)]
    say("one at a time")
    waits = measure_answers(matcher, records)
    changes = measure_changes(matcher, described)
    per_second = len(records) / median(batch.seconds for batch in batches)
    return {
        "batch_records_per_second": round(per_second, 1),
        "online_p50_ms": round(percentile(waits, 0.5), 2),
        "online_p99_ms": round(percentile(waits, 0.99), 2),
        **splink,
        "batch_times_splink": round(per_second / splink["splink_records_per_second"], 2)
        if splink["splink_records_per_second"]
        else None,
        "batch_s": [round(batch.seconds, 2) for batch in batches],
        "batch_cpu_s": round(median(batch.cpu_s for batch in batches), 2),
        "change_p50_ms": round(percentile(changes, 0.5), 2),
        "change_p99_ms": round(percentile(changes, 0.99), 2),
        "prepare_s": round(prepared - started, 1),
        "learn_s": round(learnt - prepared, 1),
        "matcher_mb": round(memory),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "people": people,
        "machine": machine,
    }


class Batch(NamedTuple):
    """Seconds by the clock, and of processor time in all processes."""

    seconds: float
    cpu_s: float


def _measure_batch(matcher: LivingMatcher, records: Sequence[Description]) -> Batch:
    """All records, the lexicon empty at first: every word of every name is new."""
    matcher.matcher.scorer.asker.lexicon.forget()
    read_tokens.cache_clear()
    fold.cache_clear()
    before = _cpu_s()
    seconds = match_batch(matcher.matcher, records).seconds
    return Batch(seconds, _cpu_s() - before)


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
