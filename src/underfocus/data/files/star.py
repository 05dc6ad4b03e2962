"""STAR files (Hall 1991) as the field writes them: blocks of pairs and of loops, kept as text so nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ...base.errors import FormatError, MissingFileError
from .atomic import write_text

Column = np.ndarray[Any, Any]
#: A value in quotes, or a run without white space.
TOKEN = re.compile(r"'[^'\n]*'(?=\s|$)|\"[^\"\n]*\"(?=\s|$)|\S+")


@dataclass
class Block:
    """One ``data_`` block: ``pairs`` of name and value, or a loop of ``columns`` of equal length; values are text."""

    name: str
    pairs: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of the loop; 0 for a block of pairs."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def numbers(self, name: str) -> Column:
        """A column as float64. Raises FormatError naming the first value that is no number."""
        values = self.columns[name]
        try:
            return np.array(values.tolist(), np.float64)  # quicker than astype
        except ValueError:
            wrong = next(v for v in values.tolist() if not _is_number(v))
            raise FormatError(f"column {name} of block {self.name!r} holds {wrong!r}, which is no number") from None


def plain(value: str) -> str:
    """A value without the quotes that a STAR file may put around it."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def read(path: str | Path) -> dict[str, Block]:
    """All blocks by name, in order. Raises MissingFileError, and FormatError for what is no STAR file or ragged."""
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(f"{path} is not there; check the name and the folder")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(f"{path} is no STAR file: it holds bytes that are no text") from None
    blocks = parse(text, str(path))
    if not blocks:
        raise FormatError(f"{path} is no STAR file: it has no line that begins with data_")
    return blocks


def parse(text: str, source: str = "text") -> dict[str, Block]:
    """Blocks by name from the text of a STAR file; ``source`` names it in errors."""
    blocks: dict[str, Block] = {}
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("data_")]
    for start, end in pairwise([*starts, len(lines)]):
        name = lines[start].split()[0][len("data_") :]
        if name in blocks:
            raise FormatError(f"{source} names the block data_{name} twice")
        blocks[name] = _parse_block(name, lines[start + 1 : end], source)
    return blocks


def _parse_block(name: str, lines: list[str], source: str) -> Block:
    meaningful = [s for line in lines if (s := line.strip()) and not s.startswith("#")]
    if not meaningful or meaningful[0] != "loop_":
        return Block(name, pairs=_parse_pairs(meaningful, source))
    labels = []
    for line in meaningful[1:]:
        if not line.startswith("_"):
            break
        labels.append(line.split()[0][1:])
    return Block(name, columns=_parse_rows(name, labels, meaningful[1 + len(labels) :], source))


def _parse_pairs(lines: list[str], source: str) -> dict[str, str]:
    pairs = {}
    for line in lines:
        parts = TOKEN.findall(line)
        if not parts[0].startswith("_") or len(parts) < 2:
            raise FormatError(f"{source}: the line {line[:60]!r} is neither a pair nor a comment")
        pairs[parts[0][1:]] = parts[1]
    return pairs


def _parse_rows(name: str, labels: list[str], rows: list[str], source: str) -> dict[str, Column]:
    body = "\n".join(rows)
    quoted = "'" in body or '"' in body
    tokens = TOKEN.findall(body) if quoted else body.split()
    if not labels or len(tokens) != len(labels) * len(rows):
        ragged = next((r for r in rows if len(TOKEN.findall(r)) != len(labels)), "")
        found = len(TOKEN.findall(ragged))
        raise FormatError(
            f"{source}, block data_{name}: {len(labels)} columns are named, and {ragged[:60]!r} has {found} values"
        )
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise FormatError(f"{source}, block data_{name} names the column {twice} twice; remove one of the two")
    table = np.array(tokens, dtype=object).reshape(len(rows), len(labels))
    return {label: table[:, i].astype(str) if len(rows) else np.array([], str) for i, label in enumerate(labels)}


def text_of(blocks: Iterable[Block]) -> str:
    """The text of a STAR file with these blocks."""
    return "".join(_block_text(block) for block in blocks)


def _block_text(block: Block) -> str:
    head = f"\n# version 30001\n\ndata_{block.name}\n\n"
    if not block.columns:
        width = max((len(k) for k in block.pairs), default=0) + 2
        return head + "".join(f"_{k:<{width}} {v}\n" for k, v in block.pairs.items()) + "\n"
    labels = "".join(f"_{label} #{i}\n" for i, label in enumerate(block.columns, 1))
    rows = "\n".join(map(" ".join, zip(*(c.tolist() for c in block.columns.values()), strict=True)))
    return f"{head}loop_\n{labels}{rows}\n\n"


def write(path: str | Path, blocks: Iterable[Block] | Mapping[str, Block]) -> Path:
    """Write blocks, whole or not at all; returns the path."""
    return write_text(path, text_of(blocks.values() if isinstance(blocks, Mapping) else blocks))
