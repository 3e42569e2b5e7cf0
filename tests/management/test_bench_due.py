"""The figures of `adsum bench due` are medians, and its ratios are of the same round."""

from adsum.management.bench.due import summarize
from adsum.management.bench.due_rounds import Rounds


def test_ratios_are_of_the_same_round() -> None:
    slow_then_quick = Rounds(
        days=4,
        made=[10, 30, 20],
        reminded=[1, 1, 1],
        swept=[5, 5, 5],
        make_s=[20.0, 4.0, 3.0],
        make_limit_s=[10.0, 2.0, 1.0],
        make_insert_s=[8.0, 1.5, 0.5],
        remind_s=[1.0, 1.0, 1.0],
        sweep_s=[9.0, 6.0, 3.0],
        sweep_limit_s=[3.0, 2.0, 1.0],
        make_cpu_s=[1.0, 1.0, 1.0],
        make_limit_cpu_s=[1.0, 1.0, 1.0],
        sweep_cpu_s=[2.0, 2.0, 2.0],
        sweep_limit_cpu_s=[1.0, 1.0, 1.0],
    )
    figures = summarize(slow_then_quick)
    assert (figures["ratio_make"], figures["ratio_sweep"], figures["ratio_sweep_cpu"]) == (2.0, 3.0, 2.0)
    assert (figures["make_s"], figures["make_limit_s"], figures["made"]) == (4.0, 2.0, 20)
