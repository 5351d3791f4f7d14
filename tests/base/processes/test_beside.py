"""Work in a process beside this one: its result, its errors, and its end."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from milepost.base.errors import MilepostError, Place, Problem
from milepost.base.processes.beside import QUIET, Beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = os.getpid()


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


@pytest.fixture
def thread() -> Iterator[Callable[[str], None]]:
    """Give a function that starts a thread of that name, which waits until the test ends."""
    ending = threading.Event()
    started = []

    def start(name: str) -> None:
        started.append(threading.Thread(target=ending.wait, name=name))
        started[-1].start()

    yield start
    ending.set()
    for each in started:
        each.join()


def test_the_result_comes_from_another_process() -> None:
    with Beside(lambda: ("done", os.getpid())) as work:
        word, process = work.result()

    assert word == "done"
    assert process != HERE


def test_with_one_processor_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})

    with Beside(os.getpid) as work:
        assert work.result() == os.getpid()


def test_work_may_begin_later() -> None:
    with Beside(os.getpid, begin=False) as work:
        assert work.result() == os.getpid()


def test_an_error_has_all_problems() -> None:
    problems = (
        Problem(rule="a", message="one", place=Place("m.yaml", 3, 2)),
        Problem(rule="b", message="two"),
    )

    def fail() -> None:
        raise MilepostError(*problems)

    with Beside(fail) as work, pytest.raises(MilepostError) as caught:
        work.result()

    assert caught.value.problems == problems


def test_an_error_of_the_system_keeps_its_file() -> None:
    with Beside(lambda: open("/nowhere/at/all")) as work, pytest.raises(FileNotFoundError) as caught:  # noqa: PTH123 -- the error is wanted
        work.result()

    assert caught.value.filename == "/nowhere/at/all"


def test_what_cannot_be_pickled_is_done_here() -> None:
    with Beside(lambda: lambda: "a function") as work:
        assert work.result()() == "a function"


def test_work_whose_process_is_killed_is_done_here() -> None:
    def die_elsewhere() -> str:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    with Beside(die_elsewhere) as work:
        assert work.result() == "done"


def test_a_process_that_is_not_needed_ends() -> None:
    with suppress(KeyError), Beside(lambda: time.sleep(60)) as beside:
        process = beside._process
        raise KeyError

    assert process is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_the_end_of_the_input_of_another_program_is_seen() -> None:
    read, write = os.pipe()
    with Beside(lambda: time.sleep(60)):
        time.sleep(0.2)
        os.close(write)
        assert os.read(read, 1) == b""
    os.close(read)


@pytest.mark.parametrize(("name", "here"), [("server", True), (f"{QUIET}-input", False)])
def test_threads_that_may_hold_locks(name: str, *, here: bool, thread: Callable[[str], None]) -> None:
    thread(name)

    with Beside(os.getpid) as work:
        assert (work.result() == os.getpid()) is here


def test_it_ends_with_the_process_that_began_it() -> None:
    read, write = os.pipe()
    parent = os.fork()
    if not parent:
        with suppress(BaseException), Beside(lambda: time.sleep(60)) as beside:
            os.write(write, str(beside._process).encode())
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(1)
    os.waitpid(parent, 0)
    child = int(os.read(read, 20))
    for end in (read, write):
        os.close(end)

    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("it goes on")
