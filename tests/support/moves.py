"""Schedules at two times: small ones by hand, and a month of a large project."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from milepost.base.dates import PlannedDate, parse_planned
from milepost.moves.facts import Facts, State

if TYPE_CHECKING:
    from milepost.moves.facts import Link

EARLIER, LATER = date(2024, 1, 31), date(2024, 2, 29)


def facts(text: str, name: str = "") -> Facts:
    """Return what a state says of a milestone: `due [forecast [completed]]`, `-` for nothing, or a state."""
    words = [*text.split(), "-", "-", "-"][:3]
    state = words[1] if words[1] in {"cancelled", "deferred"} else None
    due, forecast = (None if word in {"-", state} else parse_planned(word) for word in words[:2])
    completed = None if words[2] == "-" else date.fromisoformat(words[2])
    return Facts(name=name, due=due, forecast=forecast, completed=completed, state=state)


def state(**milestones: str) -> State:
    """Return a state of milestones that are called like their codes."""
    return State(milestones={code: facts(text, f"Name of {code}") for code, text in milestones.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A schedule before and after a month, and the links of the later state.

    Attributes:
        causes: the milestones that were put off, and what follows each of them, directly or by way of others.
    """

    earlier: State
    later: State
    links: tuple[Link, ...]
    causes: dict[str, frozenset[str]]


def month(seed: int = 1, milestones: int = 1300, groups: int = 40) -> Month:
    """Return a month in which nearly all open forecasts move, as they do in a schedule with resources.

    A fifth of the milestones is open. They are in chains, most of which move as a whole, by the days of the
    milestone at their beginning; some move by a few days, some by themselves. Then there are completions,
    some late, new milestones, some that are gone, and one that was recoded.
    """
    chance = random.Random(seed)
    before: dict[str, Facts] = {}
    after: dict[str, Facts] = {}
    links: list[Link] = []
    causes: dict[str, frozenset[str]] = {}
    is_open = milestones // 5
    for number in range(milestones - is_open):
        day = EARLIER - timedelta(chance.randrange(1, 2500))
        done = _facts(f"Done {number}", day, day, f"02C.{number % 9 + 1:02}")
        before[f"P-{number:04}"] = after[f"P-{number:04}"] = replace(done, completed=day)
    number = 0
    while number < is_open:
        length = min(chance.choice((1, 1, 2, 3, 5, 8, 13)), is_open - number)
        codes = [f"Q-{each:04}" for each in range(number, number + length)]
        number += length
        # Chains that wait for the same resource move by the same days.
        moves = chance.random() < 0.95
        days = (7 * chance.randrange(-1, groups // 5) + chance.choice((0, 0, 3)) or 2) if moves else 0
        start = LATER + timedelta(chance.randrange(20, 900))
        for place, code in enumerate(codes):
            due = start + timedelta(14 * place)
            known = _facts(f"Open {code}", due, due + timedelta(60), f"02C.{length:02}")
            moved = due + timedelta(60 + days)
            before[code], after[code] = known, replace(known, forecast=PlannedDate(moved))
            links += [(codes[chance.randrange(place)], code)] if place else []
        if days and length > 1:
            causes[codes[0]] = frozenset(codes[1:])
    for code in sorted(before)[-6:]:
        links = [link for link in links if code not in link]
        causes = {cause: rest - {code} for cause, rest in causes.items() if cause != code}
    *completed, gone, recoded = sorted(before)[-6:]
    for late, code in enumerate(completed):
        after[code] = replace(before[code], forecast=None, completed=LATER)
        before[code] = replace(before[code], forecast=PlannedDate(LATER - timedelta(late)))
    del after[gone]
    after["R-0001"] = after.pop(recoded)
    after["R-0002"] = _facts("A new one", LATER + timedelta(100), LATER + timedelta(100), "02C.01")
    # What joins other milestones does not explain anything: they moved by other days, or not at all.
    codes = sorted(after)
    links += [
        (code, chance.choice(codes)) for code in chance.sample(codes, len(codes) // 4) if code[0] == "P"
    ]
    return Month(
        earlier=State(milestones=before),
        later=State(milestones=after),
        links=tuple(links),
        causes={cause: rest for cause, rest in causes.items() if rest},
    )


def _facts(name: str, due: date, forecast: date, wbs: str) -> Facts:
    return Facts(name=name, due=PlannedDate(due), forecast=PlannedDate(forecast), wbs=wbs)
