"""Write docs/api.md: every public name with its signature and first sentence, from the docstrings themselves."""

from __future__ import annotations

import inspect
from pathlib import Path

import underfocus as uf

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
HEAD = """# The library on one page
Written by `python scripts/api.py` from the docstrings; `import underfocus as uf`.

| name | call | what it is |
|---|---|---|
"""


def row(name: str) -> str:
    """One line of the table."""
    thing = getattr(uf, name)
    first = (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
    if inspect.ismodule(thing):
        return f"| `{name}` | room | {first} |"
    parameters = [str(p).split(":")[0].split("=")[0].strip() for p in inspect.signature(thing).parameters.values()]
    return f"| `{name}` | `{name}({', '.join(parameters)})` | {first} |"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(HEAD + "\n".join(row(n) for n in uf.__all__) + "\n", encoding="utf-8")
    print(f"wrote {PAGE.name}: {len(uf.__all__)} names")
