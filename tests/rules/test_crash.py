"""
A crash at any moment leaves all or nothing: the short run, at the steps around every commit.

`make soak` stops at every step of every road, thousands of times.
"""

from pathlib import Path

import pytest

from tests.soak.crash import Figures, bench, near_commits
from tests.soak.roads import BY_NAME, Road
from tests.stores import Floor

# The five that matter most. In between the commits, every so many steps.
ROADS = ("publish", "open", "withdraw", "link", "koppeling")
EVERY = 25


@pytest.mark.parametrize("road", [BY_NAME[name] for name in ROADS], ids=ROADS)
def test_a_crash_leaves_all_or_nothing_and_a_second_attempt_does_it_once(floor: Floor, road: Road) -> None:
    figures = Figures()

    with bench(floor, road, figures) as made:
        for step in near_commits(made.whole.labels, EVERY):
            made.kill_at(step)

    assert figures.failures == []
    assert figures.passed == figures.kills > 0


def test_the_driver_stops_where_it_says(floor: Floor, tmp_path: Path) -> None:
    figures = Figures()

    with bench(floor, BY_NAME["publish"], figures) as made:
        labels = made.whole.labels
        made.kill_at(labels.index("before main: commit") + 1)
        assert (figures.nothing, figures.everything) == (1, 0)
        made.kill_at(labels.index("after main: commit") + 1)

    assert figures.failures == []
    assert (figures.nothing, figures.everything) == (1, 1)
