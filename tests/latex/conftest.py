"""A directory where small documents are typeset."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.latex.test_tex import OWN_FONT, run, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the font cache of luaotfload; without it each test takes twice as long."""
    job_directory = write(tmp_path_factory.mktemp("fonts"), "x", OWN_FONT)
    run(job_directory)
    return job_directory / "cache"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, font_cache: Path) -> Path:
    """Return a job directory below the current directory, with a font cache."""
    monkeypatch.chdir(tmp_path)
    job_directory = tmp_path / "build" / "latex"
    shutil.copytree(font_cache, job_directory / "cache")
    return job_directory
