"""The commands in the guide to approval print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.repositories import Repository

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/how-to/approval.md").read_text("utf-8")
BLOCKS = re.findall(r"(?s)```(console|yaml)\n(.*?)```", GUIDE)
SMALL = (ROOT / "tests/data/small.yaml").read_text("utf-8")


def start() -> str:
    text = SMALL.replace("status: draft", "status: approved").replace("version: 1.10", "version: 1.1")
    text = text.replace("2023-02-01", "2024-02-01")
    return text.replace("description: Second version.", "description: Second version, :jira:`X-2`.")


def test_the_guide(tmp_path: Path) -> None:
    plan = Repository(tmp_path / "plan")
    for key, value in (("user.name", "A. Author"), ("user.email", "a@example.org")):
        plan.git("config", key, value)
    plan.git("remote", "add", "origin", "https://example.org/plan.git")
    plan.commit(start(), tag="v1.1")
    yaml = []
    for kind, block in BLOCKS:
        text = plan.source.read_text("utf-8")
        if kind == "yaml":
            yaml.append(block)
            if len(yaml) == 1:
                assert block in text
                plan.source.write_text(text.replace("due: 2024-06-01", "due: 2024-07-01"))
            else:
                first, _, _ = block.partition("\n")
                plan.source.write_text(text.replace(f"{first}\n", block))
            continue
        command, _, expected = block.removeprefix("$ ").partition("\n")
        program, *arguments = shlex.split(command)
        called = [sys.executable, "-m", "milepost"] if program == "milepost" else [program]
        done = subprocess.run(
            [*called, *arguments],
            cwd=plan.directory,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert re.sub(r"as [0-9a-f]{8}\n", "as ...\n", done.stdout) == re.sub(
            r"as [0-9a-f]{8}\n", "as ...\n", expected
        )
    assert len(yaml) == 2
    assert plan.git("tag") == "v1.1\nv1.2\n"
