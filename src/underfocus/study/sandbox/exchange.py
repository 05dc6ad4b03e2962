"""Values between two processes as one npz: a tree in JSON, its arrays beside it. Nothing in it can be code.

None, booleans, numbers (complex too), text, lists, tuples, dictionaries with text as keys, and numeric arrays.
"""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np


def pack(value: Any) -> bytes:
    """A value as bytes. Raises TypeError for what is none of the above."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    tree = json.dumps(_tree(value, arrays))
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, tree=np.frombuffer(tree.encode(), np.uint8), **arrays)
    return buffer.getvalue()


def unpack(message: bytes) -> Any:
    """The value of packed bytes."""
    with np.load(io.BytesIO(message), allow_pickle=False) as found:
        return _value(json.loads(bytes(found["tree"])), found)


def _tree(value: Any, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | complex | np.number | np.bool_ | np.ndarray):
        data = np.asarray(value)
        if data.dtype.kind not in "biufc":
            raise TypeError(f"an array of {data.dtype} is not numeric")
        name = f"a{len(arrays)}"
        arrays[name] = data
        return {"array": name, "scalar": not isinstance(value, np.ndarray)}
    if isinstance(value, list | tuple):
        return {"list": [_tree(v, arrays) for v in value], "tuple": isinstance(value, tuple)}
    if isinstance(value, dict) and all(isinstance(k, str) for k in value):
        return {"dict": {k: _tree(v, arrays) for k, v in value.items()}}
    raise TypeError(f"a value of type {type(value).__name__} is neither number, text, array, list nor dictionary")


def _value(tree: Any, arrays: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    if "array" in tree:
        data = arrays[tree["array"]]
        return data.item() if tree["scalar"] else data
    if "list" in tree:
        values = [_value(v, arrays) for v in tree["list"]]
        return tuple(values) if tree["tuple"] else values
    return {k: _value(v, arrays) for k, v in tree["dict"].items()}
