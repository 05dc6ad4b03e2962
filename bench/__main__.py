"""``python -m bench`` lists what can be measured; ``python -m bench NAME`` measures it and keeps the result."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

PLUMBING = {"__main__", "measure", "exact_set", "ctf_peers"}


def names() -> list[str]:
    """The benchmarks: every module here that has a ``main``."""
    return sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name not in PLUMBING)


def main(arguments: list[str]) -> int:
    """List the benchmarks, or run one."""
    if not arguments or arguments[0] not in names():
        for name in names():
            print(f"{name:<14} {(importlib.import_module(f'bench.{name}').__doc__ or '').splitlines()[0]}")
        return 0 if not arguments else 2
    importlib.import_module(f"bench.{arguments[0]}").main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
