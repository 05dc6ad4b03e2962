"""A reader's own Python in a process of its own: limited in time and memory, without network, without writing.

`run` starts `child`, which fences itself in (`fence`) before it reads the reader's code; values travel as `exchange`.
"""

from __future__ import annotations

from .parent import NotFencedError, Run, run

__all__ = ["NotFencedError", "Run", "run"]
