"""The blocks of docs/python.md, in their order."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"


def test_the_page_runs(tmp_path):
    if not PAGE.exists():
        pytest.skip("the page is not beside the tests")
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) >= 9
    (tmp_path / "page.py").write_text("\n".join(blocks))
    done = subprocess.run([sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, env={"MPLBACKEND": "Agg", "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr
    assert "cutoff radius is -1.0; expected a positive number" in done.stdout
    assert "here it is max_angular" in done.stdout
    assert (tmp_path / "frame.png").stat().st_size > 1000
