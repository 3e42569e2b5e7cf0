"""Splink on the same people and records, set up as a careful user would: a process of its own.

Run as `python -m adsum.management.bench.splink_predict people.csv records.csv`; prints the seconds of its prediction.
Splink is a yardstick, not a part of Adsum: it comes with `uv sync` (group dev) and is not needed to run the service.
"""

import json
import logging
import sys
import time
from typing import Any

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

LEAST = 0.01
PAIRS = 1_000_000.0
ROUNDS = 3

BLOCKS: list[Any] = [
    block_on("date_of_birth"),
    block_on("first_given", "first_surname"),
    block_on("first_surname", "second_surname"),
    block_on("first_surname", "birth_year"),
    block_on("first_given", "birth_year", "birth_month"),
    "l.first_surname = r.second_surname AND l.first_given = r.first_given",
    "l.first_surname = r.second_surname AND l.birth_year = r.birth_year AND l.birth_month = r.birth_month",
    block_on("case_number"),
]


def predict(people: str, records: str) -> dict[str, Any]:
    """Seconds of learning, and of each round of prediction; `found` is 0 if no pair was likely."""
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=BLOCKS,
        comparisons=[
            cl.JaroWinklerAtThresholds("first_given", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("first_surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("second_surname", [0.92]).configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("case_number", [1]),
        ],
        retain_intermediate_calculation_columns=False,
    )
    api = DuckDBAPI()
    for name, path in (("people", people), ("records", records)):
        api._con.execute(f"CREATE TABLE {name} AS {READ}", [path])
    linker = Linker(["people", "records"], settings, api)
    started = time.monotonic()
    linker.training.estimate_probability_two_random_records_match([block_on("case_number")], recall=0.1)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first_given", "first_surname"))
    learn_s, rounds = time.monotonic() - started, []
    for _ in range(ROUNDS):
        before, cpu_before = time.monotonic(), time.process_time()
        found = linker.inference.predict(threshold_match_probability=LEAST)
        rounds.append((time.monotonic() - before, time.process_time() - cpu_before))
        likely = len(found.as_record_dict(limit=1))
        found.drop_table_from_database_and_remove_from_cache()
    return {
        "learn_s": learn_s,
        "predict_s": [round(seconds, 2) for seconds, _ in rounds],
        "cpu_s": [round(cpu, 2) for _, cpu in rounds],
        "found": likely,
    }


READ = """
    SELECT unique_id, nullif(split_part(given_names, ' ', 1), '') first_given,
        nullif(split_part(replace(surnames, '-', ' '), ' ', 1), '') first_surname,
        nullif(split_part(replace(surnames, '-', ' '), ' ', 2), '') second_surname,
        nullif(date_of_birth, '') date_of_birth, nullif(left(date_of_birth, 4), '') birth_year,
        nullif(substr(date_of_birth, 6, 2), '') birth_month, nullif(sex, '') sex, nullif(city, '') city,
        nullif(case_number, '') case_number
    FROM read_csv($1, all_varchar = true)
"""

if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    sys.stdout.write(json.dumps(predict(*sys.argv[1:3])))
