"""An import as text for a template and as values for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.moves.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from milepost.importing.month import Month
    from milepost.importing.moves import Moved
    from milepost.importing.outcome.gates import Gate
    from milepost.importing.recording import Recording
    from milepost.moves.view import MovesView

_MOST_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """An export in sentences.

    Attributes:
        file: its name.
        lines: what it has, and what it does.
        warnings: about what is odd in it.
        stopped: why a gate stops it.
        since: what it is compared with.
        moves: what moved since then; None where it is only recorded.
    """

    file: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...]
    stopped: tuple[str, ...]
    since: str = ""
    moves: MovesView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An import in sentences.

    Attributes:
        months: the exports, in order.
        notes: about their order.
        is_stopped: whether a gate stops it.
    """

    months: tuple[MonthView, ...]
    notes: tuple[str, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether a gate stops it."""
        return any(month.stopped for month in self.months)


def month_view(month: Month, recording: Recording, gates: Iterable[Gate], found: Moved | None) -> MonthView:
    """Return an export in sentences."""
    schedule = month.export.schedule
    warnings = [problem.message for problem in (*schedule.warnings, *month.warnings)]
    more = [f"and {count(len(warnings) - _MOST_LISTED, 'more warning')}"] if warnings[_MOST_LISTED:] else []
    return MonthView(
        file=schedule.file,
        lines=(*_lines(month), f"Recorded in {recording.path.name}: {recording}"),
        warnings=(*warnings[:_MOST_LISTED], *more),
        stopped=tuple(f"{why} (gate {gate})" for gate in gates if (why := gate.stops(month))),
        since=found.since if found else "",
        moves=view_of(found.explanations) if found else None,
    )


def month_values(month: Month, recording: Recording, gates: Iterable[Gate]) -> dict[str, Any]:
    """Return an export as values for JSON."""
    schedule = month.export.schedule
    return {
        "only_recorded": month.only_recorded,
        "changes_document": month.old != month.new,
        "recorded": {
            "file": recording.path.name,
            "milestones": len(recording.state.rows),
            "new": recording.is_new,
            "changed": recording.changes,
        },
        "warnings": [str(problem) for problem in (*schedule.warnings, *month.warnings)],
        "stopped": [{"gate": str(gate), "reason": why} for gate in gates if (why := gate.stops(month))],
    }


def _lines(month: Month) -> Iterable[str]:
    proposal = month.proposal
    known = iso(month.export.data_date)
    yield f"Data date: {known} ({month.export.origin})"
    if month.only_recorded:
        yield "The document stays as it is: the export is only recorded"
        return
    number = len(proposal.found) + len(proposal.missing)
    missing = f"; not in the schedule: {_listed(proposal.missing)}" if proposal.missing else ""
    yield f"{len(proposal.found)} of {count(number, 'milestone')} found{missing}"
    if proposal.new:
        yield f"{count(len(proposal.new), 'milestone')} added: {_listed([new.code for new in proposal.new])}"
    if proposal.own:
        yield f"{count(len(proposal.own), 'fact')} kept on purpose"


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:_MOST_LISTED]) + (", …" if len(codes) > _MOST_LISTED else "")
