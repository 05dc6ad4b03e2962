"""Eight floats at a time: the one step of insertion that the compiler does not turn into vector code by itself."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_FLOAT = ir.FloatType()
_EIGHT = ir.VectorType(_FLOAT, 8)


def _vector(builder: Any, lanes: tuple[Any, ...]) -> Any:
    """A vector of eight from eight scalars."""
    vector = ir.Constant(_EIGHT, ir.Undefined)
    for position, value in enumerate(lanes):
        vector = builder.insert_element(vector, value, ir.Constant(ir.IntType(32), position))
    return vector


@intrinsic  # type: ignore[untyped-decorator]
def add_scaled(context: Any, cells: Any, at: Any, share: Any, near: Any, far: Any, re: Any, im: Any, mass: Any) -> Any:
    """cells[at : at + 8] += share · (near · (re, im, mass, 0), far · (re, im, mass, 0)); all of it float32."""
    signature = types.void(cells, at, *(types.float32,) * 6)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        cells, at, share, near, far, *values = arguments
        values.append(ir.Constant(_FLOAT, 0.0))
        data = context.make_array(signature.args[0])(context, builder, cells).data
        place = builder.bitcast(builder.gep(data, [at]), _EIGHT.as_pointer())
        ends = _vector(builder, (near,) * 4 + (far,) * 4)
        step = builder.fmul(builder.fmul(_vector(builder, tuple(values) * 2), ends), _vector(builder, (share,) * 8))
        builder.store(builder.fadd(builder.load(place, align=16), step), place, align=16)
        return context.get_dummy_value()

    return signature, generate
