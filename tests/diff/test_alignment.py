"""Sequences and texts compared: what they share, in little time, and both can be read back."""

from __future__ import annotations

import random
from functools import partial
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.pairs import new_text, old_text
from tests.support.work import calls_of

from milepost.diff.alignment import longest_run, matching_blocks
from milepost.diff.plain_words import BREAK, difference, words
from milepost.prose.values import Paragraph, Text
from milepost.redline.prose import ProseMerger, align

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.prose.values import Block, Prose

WORDS = st.lists(st.sampled_from("abc"), max_size=40) | st.lists(st.integers(0, 60), max_size=150)


def check_blocks(old: list[object], new: list[object]) -> int:
    """Check that blocks are in order and equal in both; return how many elements they have."""
    blocks = matching_blocks(old, new)
    assert all(size and old[at : at + size] == new[new_at : new_at + size] for at, new_at, size in blocks)
    for one, other in pairwise(blocks):
        gaps = other[0] - one[0] - one[2], other[1] - one[1] - one[2]
        assert min(gaps) >= 0
        assert max(gaps) > 0  # neighbours are one block
    return sum(size for *_, size in blocks)


@given(old=WORDS, new=WORDS)
def test_blocks_are_equal_runs_in_order(old: list[object], new: list[object]) -> None:
    check_blocks(old, new)
    assert check_blocks(old, old) == len(old)


@given(st.permutations(range(7)), st.lists(st.integers(0, 3), min_size=7, max_size=7))
def test_the_longest_run_is_found_and_of_several_the_heaviest(
    positions: list[int], weights: list[int]
) -> None:
    def value(indices: tuple[int, ...] | set[int]) -> tuple[int, int]:
        return len(indices), sum(weights[index] for index in indices)

    found = longest_run(positions, weights)
    increasing = (
        indices
        for size in range(8)
        for indices in combinations(range(7), size)
        if all(positions[one] < positions[other] for one, other in pairwise(indices))
    )
    assert tuple(sorted(found)) in set(combinations(range(7), len(found)))
    assert all(positions[one] < positions[other] for one, other in pairwise(sorted(found)))
    assert value(found) == max(map(value, increasing))


# --- Long texts ------------------------------------------------------------------------------------------


def vocabulary(length: int, size: int, seed: int = 1) -> list[str]:
    """Return so many words of a vocabulary in which few words are frequent."""
    chosen = random.Random(seed)
    return [f"w{min(int(chosen.paretovariate(0.7)), size)}" for _ in range(length)]


def tenth_changed(text: list[str]) -> list[str]:
    return [word if index % 10 else f"new-{word}" for index, word in enumerate(text)]


PAIRS: dict[str, Callable[[int], tuple[list[str], list[str]]]] = {
    "every tenth word changed": lambda n: (vocabulary(n, 4000), tenth_changed(vocabulary(n, 4000))),
    "two words, every tenth changed": lambda n: (vocabulary(n, 2), tenth_changed(vocabulary(n, 2))),
    "another text": lambda n: (vocabulary(n, 4000), vocabulary(n, 4000, seed=2)),
    "another text of two words": lambda n: (vocabulary(n, 2), vocabulary(n, 2, seed=2)),
    "one word": lambda n: (["a"] * n, ["a", "b"] * n),
    "nothing in common": lambda n: (["a"] * n, ["b"] * n),
    "shuffled": lambda n: (vocabulary(n, 4000), sorted(vocabulary(n, 4000))),
    "the halves swapped": lambda n: (
        list(map(str, range(n))),
        list(map(str, [*range(n // 2, n), *range(n // 2)])),
    ),
    "two periods": lambda n: ([str(i % 97) for i in range(n)], [str(i % 89) for i in range(n)]),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_long_texts_take_work_in_proportion(pair: Callable[[int], tuple[list[str], list[str]]]) -> None:
    calls = []
    for length in (1000, 4000):
        old, new = map(" ".join, pair(length))
        calls.append(calls_of(partial(words, old, new)))
        marked = words(old, new)
        assert (marked.before, marked) == (old, new)
        lines = difference(old, new)
        for reading, text in ((new_text, new), (old_text, old)):
            mark = "deleted" if reading is new_text else "inserted"
            read = [part for piece_mark, part in lines if piece_mark != mark and part != BREAK]
            assert " ".join(read).split() == text.split()
    # Four times the words; if anything were quadratic, sixteen times the work.
    assert calls[1] / calls[0] < 6


def test_a_word_in_ten_that_changed_is_all_that_is_marked() -> None:
    old = vocabulary(3000, 4000)

    found = words(" ".join(old), " ".join(tenth_changed(old)))

    assert [text for mark, text in found.pieces if mark == "inserted"] == [
        f"new-{word}" for word in old[::10]
    ]
    assert [text for mark, text in found.pieces if mark == "deleted"] == old[::10]


def paragraphs(text: list[str]) -> Prose:
    return tuple(Paragraph((Text(" ".join(text[at : at + 20])),)) for at in range(0, len(text), 20))


@pytest.mark.parametrize(
    "new",
    [
        tenth_changed,
        lambda text: ["first"] * 2000 + tenth_changed(text),
        lambda _: vocabulary(4000, 4000, seed=2),
        lambda text: text[::-1],
    ],
    ids=["every tenth word changed", "a hundred paragraphs inserted", "another text", "reversed"],
)
def test_many_paragraphs(new: Callable[[list[str]], list[str]]) -> None:
    old = vocabulary(4000, 4000)
    before, after = paragraphs(old), paragraphs(new(old))

    both = ProseMerger({}, {}, {}, {}).prose(before, after)

    texts = [_text(block) for block in both]
    assert [str(text) for text in texts if new_text(text)] == list(map(_text, after))
    assert [old_text(text) for text in texts if old_text(text)] == list(map(_text, before))
    if new(old)[-10] == f"new-{old[-10]}":
        # But for one or two where paragraphs were inserted, each has its words marked.
        assert sum(bool(new_text(text) and old_text(text)) for text in texts) >= len(before) - 2


def _text(block: Block) -> str:
    assert isinstance(block, Paragraph)
    (inline,) = block.inlines
    assert isinstance(inline, Text)
    return inline.text


@settings(max_examples=30)
@given(old=st.lists(st.integers(0, 200), max_size=120), new=st.lists(st.integers(0, 200), max_size=120))
def test_parts_stay_in_order_and_none_is_lost(old: list[int], new: list[int]) -> None:
    pairs = list(align(old, new, lambda one, other: float(one == other)))

    assert [one for one, _ in pairs if one is not None] == old
    assert [other for _, other in pairs if other is not None] == new
