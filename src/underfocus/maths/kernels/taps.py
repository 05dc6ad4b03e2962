"""A point of a gridding kernel in vector code: its weights by Horner's rule, and all taps of a row of x at once.

Compilers do not see by themselves that four or eight neighbours along x can be added in one step; here it is said so.
The length of the tuple ``taps`` is the kernel's width w and that of ``steps`` the degree of its polynomials: both are
known when the code is made. Rows of x are read two, four or eight neighbours at a time, the weights of those that
are not the kernel's being zero; arrays need as much room behind them.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_FLOAT = ir.FloatType()
_INT = ir.IntType(32)
#: Contraction to fused multiply and add, and freedom in the order of the sums.
_FREE = ("contract", "reassoc", "nsz")


def lanes(width: int) -> int:
    """How many neighbours along x are read for a kernel of a width."""
    return next(count for count in (2, 4, 8) if width <= count)


def _zeros(count: int) -> Any:
    return ir.Constant(ir.VectorType(_FLOAT, count), [0.0] * count)


def _splat(builder: Any, value: Any, count: int) -> Any:
    """A vector of equal numbers."""
    empty = ir.Constant(ir.VectorType(_FLOAT, count), ir.Undefined)
    single = builder.insert_element(empty, value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(single, empty, ir.Constant(ir.VectorType(_INT, count), [0] * count))


def _pick(builder: Any, vector: Any, which: list[int]) -> Any:
    """A vector of chosen elements."""
    mask = ir.Constant(ir.VectorType(_INT, len(which)), which)
    return builder.shuffle_vector(vector, ir.Constant(vector.type, ir.Undefined), mask)


def _fused(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c, left to be one instruction."""
    return builder.fadd(builder.fmul(a, b, flags=_FREE), c, flags=_FREE)


def _read(builder: Any, data: Any, at: Any, count: int) -> tuple[Any, Any]:
    """``count`` floats from a place on, and where they are."""
    place = builder.bitcast(builder.gep(data, [at]), ir.VectorType(_FLOAT, count).as_pointer())
    return builder.load(place, align=4), place


def _weights(builder: Any, table: Any, t: Any, degree: int, count: int) -> Any:
    """The weights of all taps at a fraction t: rows of the table are coefficients, the highest power first."""
    row, _ = _read(builder, table, ir.Constant(ir.IntType(64), 0), count)
    spread = _splat(builder, t, count)
    for k in range(1, degree + 1):
        following, _ = _read(builder, table, ir.Constant(ir.IntType(64), k * count), count)
        row = _fused(builder, row, spread, following)
    return row


def _three(context: Any, builder: Any, signature: Any, table: Any, t: tuple[Any, ...]) -> tuple[Any, ...]:
    """Weights along x, y and z."""
    kind, taps, steps = signature.args[-3:]
    data = context.make_array(kind)(context, builder, table).data
    return tuple(_weights(builder, data, each, steps.count, lanes(taps.count)) for each in t)


def _row_places(builder: Any, at: Any, next_y: Any, next_z: Any, width: int) -> list[list[Any]]:
    """Where each row of x begins, by z and by y."""
    found = []
    for _ in range(width):
        place, row = at, []
        for _ in range(width):
            row.append(place)
            place = builder.add(place, next_y)
        found.append(row)
        at = builder.add(at, next_z)
    return found


def _sum(builder: Any, vector: Any) -> Any:
    """The sum of a vector's elements, by halves."""
    count = vector.type.count
    while count % 2 == 0:
        count //= 2
        near, far = _pick(builder, vector, list(range(count))), _pick(builder, vector, list(range(count, 2 * count)))
        vector = builder.fadd(near, far, flags=_FREE)
    total = builder.extract_element(vector, ir.Constant(_INT, 0))
    for i in range(1, count):
        total = builder.fadd(total, builder.extract_element(vector, ir.Constant(_INT, i)), flags=_FREE)
    return total


def _pieces(floats: int) -> list[tuple[int, int]]:
    """A row of floats in vectors of eight, the last perhaps of four: wider ones would straddle lines of the cache."""
    return [(first, 8 if floats - first > 4 else 4) for first in range(0, floats, 8)]


@intrinsic  # type: ignore[untyped-decorator]
def gather(
    context: Any,
    cells: Any,
    at: Any,
    next_y: Any,
    next_z: Any,
    x: Any,
    y: Any,
    z: Any,
    table: Any,
    taps: Any,
    steps: Any,
) -> Any:
    """Σ weight · (re, im) over w³ cells from float ``at`` on, of pairs of float32; the sum as two float32.

    x, y, z are the fractions at which the table's polynomials are taken; ``next_y`` and ``next_z`` count floats.
    """
    signature = types.UniTuple(types.float32, 2)(cells, at, next_y, next_z, *(types.float32,) * 3, table, taps, steps)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        cells, at, next_y, next_z, x, y, z, table, _, _ = arguments
        width = signature.args[-2].count
        kx, ky, kz = _three(context, builder, signature, table, (x, y, z))
        data = context.make_array(signature.args[0])(context, builder, cells).data
        rows, pair = _row_places(builder, at, next_y, next_z, width), None
        for first, count in _pieces(2 * width):
            total = _zeros(count)
            for c, row in enumerate(rows):
                plane = _zeros(count)
                for b, place in enumerate(row):
                    read = _read(builder, data, builder.add(place, at.type(first)), count)[0]
                    plane = _fused(builder, _pick(builder, ky, [b] * count), read, plane)
                total = _fused(builder, _pick(builder, kz, [c] * count), plane, total)
            # beyond the last tap stand weights of zero, where the table has room for them, or nothing is read
            shares = [min((first + i) // 2, lanes(width) - 1) for i in range(count)]
            total = builder.fmul(total, _pick(builder, kx, shares), flags=_FREE)
            sums = [_sum(builder, _pick(builder, total, list(range(i, count, 2)))) for i in range(2)]
            pair = sums if pair is None else [builder.fadd(a, b, flags=_FREE) for a, b in zip(pair, sums, strict=True)]
        return cgutils.pack_array(builder, pair)

    return signature, generate


@intrinsic  # type: ignore[untyped-decorator]
def scatter(
    context: Any, cells: Any, at: Any, next_y: Any, next_z: Any, x: Any, y: Any, z: Any,
    re: Any, im: Any, mass: Any, table: Any, taps: Any, steps: Any,
) -> Any:  # fmt: skip
    """cells += weight · (re, im, mass, 0) over w³ cells of four float32 each from float ``at`` on; see `gather`."""
    signature = types.void(cells, at, next_y, next_z, *(types.float32,) * 6, table, taps, steps)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        cells, at, next_y, next_z, x, y, z, re, im, mass, table, _, _ = arguments
        width = signature.args[-2].count
        kx, ky, kz = _three(context, builder, signature, table, (x, y, z))
        data = context.make_array(signature.args[0])(context, builder, cells).data
        value = _zeros(4)
        for position, each in enumerate((re, im, mass)):
            value = builder.insert_element(value, each, ir.Constant(_INT, position))
        parts = [
            (first, count, builder.fmul(
                _pick(builder, value, [i % 4 for i in range(count)]),
                _pick(builder, kx, [(first + i) // 4 for i in range(count)]),
                flags=_FREE,
            ))
            for first, count in _pieces(4 * width)
        ]  # fmt: skip
        for c, row in enumerate(_row_places(builder, at, next_y, next_z, width)):
            for first, count, line in parts:
                step = builder.fmul(line, _pick(builder, kz, [c] * count), flags=_FREE)
                for b, place in enumerate(row):
                    old, where = _read(builder, data, builder.add(place, at.type(first)), count)
                    share = _pick(builder, ky, [b] * count)
                    builder.store(_fused(builder, share, step, old), where, align=4)
        return context.get_dummy_value()

    return signature, generate
