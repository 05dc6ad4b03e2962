"""The twin of `numba.Accumulator` for accelerators: trilinear insertion by torch's ``index_add_``. Imports torch.

Cells, their order and what goes into them are the same to the rounding of sums in another order. Import it lazily, and
only where a caller asked for a device.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ...base.errors import InputError
from .grid import gridding
from .plain import _grid, checked_radius

Real = np.ndarray[Any, Any]
#: Points that are inserted at once: eight taps of each, with indices, take some 400 MB.
POINTS = 1 << 21


class Accumulator:
    """Sums of slices and of their weights on the padded half volume of ``size`` voxels a side, kept on a device.

    ``cells`` is (z, y, x, 4) float32 as in `numba.Accumulator`: z and y from −N//2 to N//2 + 1, x from 0 to N//2 + 1;
    real part, imaginary part, weight, and nothing.
    """

    def __init__(self, n: int, size: int, radius: float | None = None, device: str = "cpu") -> None:
        self.n, self.size = n, size
        self.radius = checked_radius(n, size, radius)
        self.device = _device(device)
        middle = size // 2
        self.cells = torch.zeros((2 * middle + 2, 2 * middle + 2, middle + 2, 4), device=self.device)

    def insert(
        self, images_ft: Any, weights: Any, rotations: Any, which: Any | None = None, radius: float | None = None
    ) -> None:
        """Add slices (m, n, n//2+1), already times CTF and shift phase, and their weights; see `plain.insert`.

        Arrays and tensors of any device are taken. ``which`` lists the images that are meant; None means all. A
        smaller ``radius`` than the accumulator's own leaves room for rotations that also stretch.
        """
        if tuple(images_ft.shape[1:]) != (self.n, self.n // 2 + 1) or weights.shape != images_ft.shape:
            raise InputError(f"slices of {self.n} pixels are expected, and shape {tuple(images_ft.shape)} was given")
        chosen = torch.arange(len(images_ft)) if which is None else torch.as_tensor(which, dtype=torch.int64)
        inside, plane, share = self._plane(self.radius if radius is None else min(radius, self.radius))
        views = torch.as_tensor(rotations).to(torch.float32)
        for some in torch.split(chosen, max(1, POINTS // max(1, len(plane)))):
            keep = some.numpy() if isinstance(images_ft, np.ndarray) else some.to(images_ft.device)
            values = torch.as_tensor(images_ft[keep]).to(self.device, torch.complex64).flatten(1)[:, inside] * share
            masses = torch.as_tensor(weights[keep]).to(self.device, torch.float32).flatten(1)[:, inside] * share
            self._add(plane @ views[some.to(views.device), :2].to(self.device), values, masses)

    def _plane(self, radius: float) -> tuple[Any, Any, Any]:
        """Which pixels lie within the radius and stand for themselves; where (p, xy) in cells; how much they count."""
        ky, kx = _grid(self.n)
        share = np.where((kx > 0) | (ky > 0), 1.0, np.where((kx == 0) & (ky == 0), 0.5, 0.0))
        meant = np.flatnonzero((kx**2 + ky**2 <= radius**2) & (share > 0))
        plane = np.stack([kx.ravel()[meant], ky.ravel()[meant]], axis=-1) * (self.size / self.n)
        put = {"device": self.device, "dtype": torch.float32}
        return (
            torch.as_tensor(meant, device=self.device),
            torch.as_tensor(plane, **put),
            torch.as_tensor(share.ravel()[meant], **put),
        )

    def _add(self, points: Any, values: Any, masses: Any) -> None:
        """Eight taps of each point (m, p, xyz); points with x < 0 are put at their mates, conjugated."""
        sign = torch.where(points[..., :1] < 0, -1.0, 1.0)
        points = points * sign
        whole = torch.floor(points)
        part = points - whole
        sums = torch.stack([values.real, values.imag * sign[..., 0], masses, torch.zeros_like(masses)], dim=-1)
        base = whole.to(torch.int64)
        middle, (depth, width) = self.size // 2, self.cells.shape[1:3]
        at = ((base[..., 2] + middle) * depth + base[..., 1] + middle) * width + base[..., 0]
        flat = self.cells.view(-1, 4)
        for dz, dy, dx in np.ndindex(2, 2, 2):
            weight: Any = 1.0
            for axis, step in enumerate((dx, dy, dz)):
                weight = weight * (part[..., axis] if step else 1 - part[..., axis])
            place = at + (dz * depth + dy) * width + dx
            flat.index_add_(0, place.flatten(), (sums * weight[..., None]).flatten(0, 1))

    def correction(self, n: int) -> Real:
        """One over the transform of the kernel along an axis of n voxels about the origin, (n,) float64."""
        return np.asarray(1 / gridding(n, self.size))

    def add(self, other: Accumulator) -> None:
        """Add the sums of another accumulator of the same box."""
        self.cells += other.cells.to(self.device)

    def totals(self) -> tuple[Real, Real]:
        """The sums as numpy's half transforms (N, N, N//2+1): data complex64, weight float32, origin in the corner."""
        shape = (self.size, self.size, self.size // 2 + 1)
        data, weight = np.zeros(shape, np.complex64), np.zeros(shape, np.float32)
        self.unfold(data, weight)
        return data, weight

    def unfold(self, data: Real, weight: Real) -> None:
        """Add the sums to half transforms (N, N, N//2+1) of numpy with the origin in the corner."""
        size, middle = self.size, self.size // 2
        signed = torch.as_tensor([k if k <= middle else k - size for k in range(size)], device=self.device)
        sums = self.cells[signed + middle][:, signed + middle, : middle + 1]
        mates = self.cells[middle - signed][:, middle - signed, 0]
        sums[:, :, 0] += mates * torch.tensor([1.0, -1.0, 1.0, 0.0], device=self.device)
        found = sums.cpu().numpy()
        data += found[..., 0] + 1j * found[..., 1]
        weight += found[..., 2]


def _device(name: str) -> Any:
    """The device of a name. InputError where torch has none of it."""
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"torch finds no device {name!r} ({str(error).splitlines()[0]}); try cpu or cuda") from None
    return device
