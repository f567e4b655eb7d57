"""The timeline's places: nothing leaves the strip, no two texts touch, and a step is found where it lies."""

from __future__ import annotations

import itertools
import random

import pytest

from playground.diagram.rect import Rect
from playground.diagram.timeline import KINDS, TimelineShown, TrackBranch, TrackMark
from playground.diagram.track import HANDLE, HIGH, LOW, Room, TrackLayout, lay_out

SIZES = [(1024, LOW, 1.0), (1280, LOW, 1.0), (1440, HIGH, 1.0), (3840, HIGH, 1.0), (1024, 38.0, 1.5), (2560, 54.0, 1.5)]


def wide(text: str) -> float:
    return 6.5 * len(text)


def room_of(size: tuple[int, float, float]) -> Room:
    width, height, scale = size
    return Room(12 * scale, width - 340 * scale, width - 328 * scale, height, scale)


def laid_out(shown: TimelineShown, size: tuple[int, float, float] = SIZES[2], pointed=None) -> TrackLayout:
    return lay_out(shown, room_of(size), wide, pointed)


def texts(found: TrackLayout) -> list[Rect]:
    row = found.branch
    return [
        *([found.label] if found.label is not None else []),
        *([row.name, *([row.more] if row.more is not None else [])] if row is not None else []),
    ]


def meet(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def any_shown(draw: random.Random) -> TimelineShown:
    end = draw.choice([0, 1, 7, 1200, 10**6, 3 * 10**9])
    marks = sorted(
        (TrackMark(draw.randint(0, end), draw.choice(KINDS), draw.choice(["rate 0.1", "best test loss", "x" * 30]))
         for _ in range(draw.choice([0, 1, 3, 200]))),
        key=lambda each: each.step,
    )  # fmt: skip
    branches = []
    for number in range(draw.choice([0, 0, 1, 4, 15])):
        left = draw.choice([0, draw.randint(0, end), end])
        name = draw.choice(["L2 0.001", "b", "w" * 24])
        branches.append(TrackBranch(number, name, left, left + draw.choice([0, 5, 4000])))
    return TimelineShown(
        end, draw.choice([0, end // 3, end]), tuple(marks), draw.randrange(len(marks)) if marks else None,
        tuple(branches), branches[-1].number if branches else None,
    )  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_nothing_leaves_the_strip_and_no_two_texts_touch(size: tuple[int, float, float]) -> None:
    draw = random.Random(3)
    for _ in range(150):
        shown = any_shown(draw)
        pointed = draw.choice([None, *shown.marks[:1]])
        found = laid_out(shown, size, pointed)
        room = found.room
        assert room.left <= found.handle <= found.end + 1e-9 or shown.end == 0
        assert found.end <= room.right + 1e-9
        for place in texts(found):
            assert place.x >= -0.01, (shown, place)
            assert place.y >= 0, (shown, place)
            assert place.bottom <= room.height + 0.01, (shown, place)
        for one, other in itertools.combinations(texts(found), 2):
            assert not meet(one, other), (shown, one, other)
        if found.branch is not None:
            clear = HANDLE * room.scale
            assert not found.handle - clear < found.branch.name.x < found.handle + clear
        for one, other in itertools.pairwise(found.marks):
            assert other.x > one.x
        assert len(found.marks) <= (room.right - room.left) / (4 * room.scale) + 2


@pytest.mark.parametrize("end", [1, 40, 1200, 10**6])
def test_a_step_is_found_where_it_lies(end: int) -> None:
    found = laid_out(TimelineShown(end, end))
    for step in {0, 1, end // 2, end - 1, end}:
        near = found.step_at(found.x_of(step))
        assert abs(near - step) <= found.steps_a_pixel
        assert 0 <= near <= end
    assert (found.step_at(-50), found.step_at(1e6)) == (0, end)


def test_the_track_is_as_long_as_what_goes_on_from_a_part_of_the_run() -> None:
    apart, kin = TrackBranch(1, "a", 0, 5000), TrackBranch(2, "b", 200, 1000)
    assert TimelineShown(500, 500, branches=(apart,)).span == 500
    found = laid_out(TimelineShown(500, 500, branches=(apart, kin), drawn=2))
    assert found.shown.span == 1000
    assert found.end == pytest.approx((found.room.left + found.room.right) / 2)
    assert found.step_at(found.room.right) == 500
    row = found.branch
    assert row is not None
    assert not row.runs_on
    assert row.start == found.x_of(200)
    alone = laid_out(TimelineShown(500, 500, branches=(apart, kin), drawn=1)).branch
    assert alone is not None
    assert alone.runs_on


def test_a_second_row_moves_the_track_up_only_where_there_is_room() -> None:
    marks = (TrackMark(300, "best", "best test loss"),)
    bare, told = TimelineShown(1000, 1000, marks), TimelineShown(1000, 1000, marks, 0)
    assert [laid_out(each).y for each in (bare, told)] == [18.0, 14.0]
    assert [laid_out(each, SIZES[1]).y for each in (bare, told)] == [16.0, 16.0]
    assert laid_out(told, SIZES[1]).label is None
    label = laid_out(told).label
    assert label is not None
    assert label.right < laid_out(told).marks[0].x
    hint = laid_out(bare, pointed=marks[0])
    assert hint.y == 18.0
    assert hint.label is not None


def test_marks_that_would_touch_stand_as_one_and_the_gravest_is_drawn() -> None:
    marks = TrackMark(500, "divergence", "diverged"), TrackMark(500, "edit", "L2 0.1"), TrackMark(900, "rate", "rate 1")
    found = laid_out(TimelineShown(1000, 1000, marks))
    assert [len(each.marks) for each in found.marks] == [2, 1]
    assert found.marks[0].mark.kind == "divergence"
    assert found.mark_at(found.marks[0].x + 3, found.y) == found.marks[0]
    assert found.mark_at(found.marks[0].x + 30, found.y) is None


def test_a_best_loss_beside_the_newest_moment_has_no_mark() -> None:
    best = TrackMark(998, "best", "best test loss")
    assert laid_out(TimelineShown(1000, 1000, (best,))).marks == ()
    assert laid_out(TimelineShown(1000, 1000, (TrackMark(700, "best", ""),))).marks


def test_the_name_of_a_branch_gives_way_to_the_handle() -> None:
    branch = (TrackBranch(1, "L2 0.001", 300, 1000),)
    apart = laid_out(TimelineShown(1000, 1000, branches=branch, drawn=1)).branch
    near = laid_out(TimelineShown(1000, 340, branches=branch, drawn=1))
    assert apart is not None
    assert near.branch is not None
    assert near.branch.name.x > near.handle > apart.name.x - 20
    assert near.branch_at(near.branch.name.x + 2, near.branch.y) == branch[0]


def test_several_branches_are_counted_beside_the_name_and_are_dots_in_a_low_window() -> None:
    branches = tuple(TrackBranch(number, f"branch {number}", 100 * number, 1000) for number in (1, 2, 3))
    shown = TimelineShown(1000, 1000, branches=branches, drawn=3)
    row = laid_out(shown).branch
    assert row is not None
    assert row.more is not None
    assert row.more.x > row.name.right
    assert laid_out(shown).is_on_more(*row.more.center)
    low = laid_out(shown, SIZES[1])
    assert low.branch is None
    assert [each.number for _, each in low.dots] == [1, 2, 3]
    assert low.branch_at(low.dots[1][0], low.y) == branches[1]


def test_before_the_first_step_the_handle_is_where_live_is() -> None:
    found = laid_out(TimelineShown())
    assert found.handle == found.room.right
    beside = laid_out(TimelineShown(0, 0, branches=(TrackBranch(0, "b", 0, 0),), drawn=0))
    assert beside.handle == beside.room.right
