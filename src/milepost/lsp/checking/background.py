"""The process that checks documents, as the server sees it: ask, and await the answer."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from milepost.lsp.checking import frames

if TYPE_CHECKING:
    from collections.abc import Callable

_PROGRAM = (sys.executable, "-P", "-m", "milepost.lsp.checking.program")
"""With -P, nothing in the folder of the editor is imported."""


class Background:
    """A process that answers one question after the other; it is started with the first one."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def ask(self, question: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
        """Return the answer to a question, which is asked for only when it can be sent.

        Args:
            question: returns it, or None if it is no longer of interest; there is no answer then.
        """
        async with self._turn:
            asked = question()
            if asked is None:
                return {}
            try:
                return await self._answer(asked)
            except BaseException as error:
                self.stop()  # what it answers later would be taken for the answer to the next question
                if isinstance(error, OSError | EOFError):
                    return {"error": "the process that checks documents has ended; it is started again"}
                raise

    async def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(*_PROGRAM, stdin=pipe, stdout=pipe)
        to, answers = self._process.stdin, self._process.stdout
        if to is None or answers is None:
            raise EOFError
        to.write(frames.written(question))
        await to.drain()
        head = await answers.readexactly(frames.LENGTH_BYTES)
        body = await answers.readexactly(frames.length_of(head))
        answer: dict[str, Any] = frames.value_of(body)
        return answer

    def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        self._process = None
