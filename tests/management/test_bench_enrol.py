"""The figures of `adsum bench enrol` are medians, and its ratio is of the same round."""

from adsum.management.bench.enrol import Round, summarize


def test_the_ratio_is_of_the_same_round() -> None:
    slow, quick, usual = (
        Round(read=1_000, seconds=seconds, copy_s=copy_s, cpu_s=0.5, database_cpu_s=0.25, peak_mb=peak)
        for seconds, copy_s, peak in ((10.0, 1.0, 80.0), (1.0, 0.1, 90.0), (2.0, 0.1, 85.0))
    )
    figures = summarize([slow, quick, usual])
    assert (figures["rows_per_second"], figures["copy_rows_per_second"], figures["ratio"]) == (500, 10_000, 0.1)
    assert (figures["peak_mb"], figures["cpu_us_per_row"], figures["database_cpu_us_per_row"]) == (90.0, 500, 250)
