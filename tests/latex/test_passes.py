"""An engine that waits for the rest of its document gives what one gives that has the whole document."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.latex.test_tex import (
    EPOCH,
    FIRST_LINE,
    OWN_FONT,
    PREAMBLE,
    caller_environment,
    children,
    run,
    wait_for_the_end_of,
    write,
)
from tests.support.published import REAL, REVISION

from milepost.base.errors import MilepostError
from milepost.latex import engine
from milepost.latex.passes import Engines, Job, split
from milepost.loading.load import load
from milepost.render.documents import latex
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.views.document import RevisionLine

pytestmark = pytest.mark.slow

BODY = r"\tableofcontents\section{One}\label{one}\newpage\section{Two} See \ref{one}."


def directly(directory: Path) -> bytes:
    """Return the PDF of one more pass over the file itself."""
    work = engine.job_of(directory, "doc", "lualatex", EPOCH)
    subprocess.run(
        (*work.command, "doc.tex"), cwd=directory, env=work.environment, check=True, capture_output=True
    )
    return (directory / "doc.pdf").read_bytes()


def prepared(directory: Path, text: str, engines: Engines) -> None:
    engine.prepare(engines, engine.job_of(directory, "doc", "lualatex", EPOCH), text)


def typeset(directory: Path, engines: Engines) -> engine.Typeset:
    marks = engine.source_marks((directory / "doc.tex").read_text("utf-8"))
    return engine.typeset(directory, "doc", source_date_epoch=EPOCH, locate=marks, engines=engines)


def test_the_bytes_are_those_of_a_pass_over_the_file(job: Path) -> None:
    text = write(job, BODY, OWN_FONT).joinpath("doc.tex").read_text("utf-8")
    with Engines() as engines:
        prepared(job, text, engines)
        cold = typeset(job, engines)
        first = cold.pdf.read_bytes()
        log = cold.log.read_text("utf-8")
        # What is changed behind the preamble is what the engine that waits reads.
        write(job, BODY.replace("Two", "Three"), OWN_FONT)
        prepared(job, text, engines)
        second = typeset(job, engines)
        changed = second.pdf.read_bytes()
    assert (cold.passes, cold.pages, second.passes) == (2, 2, 2)
    assert "(./doc.tex" in log
    assert directly(job) == changed
    write(job, BODY, OWN_FONT)
    directly(job)
    assert directly(job) == first != changed
    assert not (job / "passes").exists()


def test_the_second_engine_starts_when_the_first_has_made_the_font_cache(
    job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fonts() -> list[str]:
        return sorted(path.name for path in (job / "cache").rglob("*") if path.is_file())

    write(job, BODY)
    shutil.rmtree(job / "cache")
    seen = []
    prepare = Engines.prepare

    def prepare_and_look(engines: Engines, work: Job, preamble: bytes) -> None:
        seen.append(fonts())
        prepare(engines, work, preamble)

    monkeypatch.setattr(Engines, "prepare", prepare_and_look)
    with Engines() as engines:
        assert typeset(job, engines).passes == 2
        assert "lmroman10-regular.luc" in fonts()
        assert seen == [fonts()]
        assert typeset(job, engines).passes == 1
    assert len(seen) == 1


def test_another_preamble_is_not_taken_for_the_one_that_was_read(job: Path) -> None:
    text = write(job, "x").joinpath("doc.tex").read_text("utf-8")
    other = text.replace("{article}", "[a5paper]{article}")
    with Engines() as engines:
        prepared(job, text, engines)
        (job / "doc.tex").write_text(other, "utf-8")
        small = typeset(job, engines).pdf.read_bytes()
    assert directly(job) == small
    (job / "doc.tex").write_text(text, "utf-8")
    assert directly(job) != small


def test_an_error_has_the_line_of_the_file(job: Path) -> None:
    text = write(job, "x\n\n% plan.yaml:7 ABC-1\n\\undefined").joinpath("doc.tex").read_text("utf-8")
    with Engines() as engines:
        prepared(job, text, engines)
        with pytest.raises(MilepostError) as caught:
            typeset(job, engines)
    (problem,) = caught.value.problems
    assert (str(problem.place), "ABC-1" in problem.message) == ("plan.yaml:7", True)
    assert f"./doc.tex:{FIRST_LINE + 3}: Undefined control sequence." in (job / "doc.log").read_text("utf-8")
    assert not (job / "passes").exists()


def test_an_error_in_the_preamble_is_reported_when_the_rest_is_there(job: Path) -> None:
    text = "\\undefined\n" + write(job, "x").joinpath("doc.tex").read_text("utf-8")
    (job / "doc.tex").write_text(text, "utf-8")
    with Engines() as engines:
        prepared(job, text, engines)
        with pytest.raises(MilepostError, match=r"Undefined control sequence") as caught:
            typeset(job, engines)
    assert caught.value.problems[0].place.line == 1  # type: ignore[union-attr]  # it has a place


WAITS = """
import sys, time
from pathlib import Path
from milepost.latex import engine
from milepost.latex.passes import Engines
job = Path(sys.argv[1])
with Engines(keeps_one=True) as engines:
    text = (job / "doc.tex").read_text("utf-8")
    engine.prepare(engines, engine.job_of(job, "doc", "lualatex", 0), text)
    print("waits", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_engine_waits_longer_than_the_program(job: Path, number: signal.Signals) -> None:
    text = write(job, "x").joinpath("doc.tex").read_text("utf-8")
    with subprocess.Popen(
        (sys.executable, "-c", WAITS, str(job)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=caller_environment(),
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == b"waits\n"
        started = children(caller.pid)
        caller.send_signal(number)
        assert caller.wait() != 0
    assert len(started) in {0, 2}  # without /proc, they cannot be listed
    wait_for_the_end_of(started)
    with Engines() as engines:
        prepared(job, text, engines)
        assert len(list((job / "passes").iterdir())) == 1
        assert typeset(job, engines).pages == 1
    assert not (job / "passes").exists()


TYPESETS = """
import sys
from pathlib import Path
from milepost.latex import engine
from milepost.latex.passes import Engines
job = Path(sys.argv[1])
with Engines(keeps_one=True) as engines:
    text = (job / "doc.tex").read_text("utf-8")
    engine.prepare(engines, engine.job_of(job, "doc", "lualatex", 0), text)
    engine.typeset(job, "doc", source_date_epoch=0, locate=lambda line: None, engines=engines)
    engine.prepare(engines, engine.job_of(job, "doc", "lualatex", 0), text)
    sys.stdin.read()
"""


def test_a_kill_at_any_moment_leaves_no_engine_and_the_next_run_is_right(job: Path) -> None:
    write(job, BODY)
    before = {path.name for path in job.iterdir()}
    begin = time.monotonic()
    good = run(job).pdf.read_bytes()
    duration = 2 * (time.monotonic() - begin)
    left = {path.name for path in job.iterdir()}
    chosen = random.Random(1)
    for _ in range(int(os.environ.get("MILEPOST_TORTURE") or 3)):
        for name in left - before:
            (job / name).unlink(missing_ok=True)  # so that there are two passes
        with subprocess.Popen(
            (sys.executable, "-c", TYPESETS, str(job)), stdin=subprocess.PIPE, env=caller_environment()
        ) as caller:
            time.sleep(chosen.uniform(0, duration))
            os.kill(caller.pid, signal.SIGSTOP)  # so that it starts nothing while we look
            started = children(caller.pid)
            caller.kill()
        wait_for_the_end_of(started)
    assert run(job).pdf.read_bytes() == good
    assert {path.name for path in job.iterdir()} == left
    assert not [path for path in job.rglob("*") if path.is_fifo()]


def test_an_engine_whose_directory_is_gone_is_replaced(job: Path) -> None:
    text = write(job, "x").joinpath("doc.tex").read_text("utf-8")
    with Engines(keeps_one=True) as waiting, Engines() as other:
        prepared(job, text, waiting)
        prepared(job, text, other)  # of another build, which removes what it has not made
        assert typeset(job, other).pages == 1
        assert typeset(job, waiting).pages == 1


def test_the_preamble_ends_before_the_document_begins() -> None:
    assert split(PREAMBLE.encode()) == (PREAMBLE.rpartition("\\begin")[0].encode(), b"\\begin{document}\n")
    assert split(b"% \\begin{document}\nx") == (b"", b"% \\begin{document}\nx")


def test_the_preamble_is_the_same_before_and_after_a_commit() -> None:
    loaded = load(REAL)

    def parts(revision: RevisionLine) -> tuple[bytes, bytes]:
        return split(latex(resolve(loaded.document, loaded.places, revision)).encode())

    committed, edited = parts(replace(REVISION, modified=False)), parts(REVISION)
    tomorrow = parts(replace(REVISION, date=REVISION.date + timedelta(days=1), commit="4567cdef"))

    assert committed[0] == edited[0] == tomorrow[0]
    assert b"(0123abcd)}" in committed[1]
    assert b"(0123abcd, with uncommitted changes)}" in edited[1]
    assert b"\\renewcommand*\\revisiondate{2024-12-01}" in edited[1]
    assert b"\\renewcommand*\\revisiondate{2024-12-02}" in tomorrow[1]
