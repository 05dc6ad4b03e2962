"""Ten questions on vectors and matrices in two and three dimensions: orientations are matrices."""

from __future__ import annotations

import numpy as np

from ...maths import rotations
from ..problems import Problem
from .items import choose, number, numbers


def items() -> tuple[Problem, ...]:
    """The self-test, easy to hard."""
    return (*_vectors(), *_matrices(), *_turns())


def _vectors() -> tuple[Problem, ...]:
    return (
        number(
            "length",
            "Length",
            "How long is the vector (2, 3, 6)?",
            lambda: float(np.linalg.norm([2, 3, 6])),
            hint="Pythagoras in three dimensions.",
            why="$\\sqrt{4 + 9 + 36} = 7$.",
        ),
        number(
            "angle",
            "The angle between two views",
            "What is the angle between (1, 2, 2) and (2, 1, 2)?",
            lambda: float(np.rad2deg(np.arccos(np.dot([1, 2, 2], [2, 1, 2]) / 9))),
            unit="°",
            hint="The dot product is the product of the lengths and the cosine of the angle; both lengths are 3.",
            why="$\\cos\\alpha = 8/9$, so α = 27.3°.",
        ),
        numbers(
            "cross",
            "A normal",
            "Give a vector at right angles to two others, as their cross product (1, 2, 3) × (4, 5, 6).",
            lambda: dict(zip("xyz", np.cross([1, 2, 3], [4, 5, 6]).tolist(), strict=True)),
            hint="$x = a_y b_z - a_z b_y$, and the other two by turning the letters round.",
            why="(−3, 6, −3). Its dot product with either vector is 0.",
        ),
        number(
            "projection",
            "A shadow",
            "A beam along $z$ casts the shadow of the vector (3, 4, 12) onto the $xy$ plane. How long is the shadow?",
            lambda: float(np.linalg.norm(np.array([3, 4, 12]) * [1, 1, 0])),
            hint="The shadow keeps $x$ and $y$, and loses $z$.",
            why="$\\sqrt{3^2 + 4^2} = 5$.",
        ),
    )


def _matrices() -> tuple[Problem, ...]:
    return (
        number(
            "product",
            "A product of matrices",
            "$A = \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$ and "
            "$B = \\begin{pmatrix} 0 & 1 \\\\ 5 & 6 \\end{pmatrix}$. What stands in row 2, column 1 of $AB$?",
            lambda: float((np.array([[1, 2], [3, 4]]) @ np.array([[0, 1], [5, 6]]))[1, 0]),
            hint="Row 2 of $A$ times column 1 of $B$.",
            why="$3 \\cdot 0 + 4 \\cdot 5 = 20$.",
        ),
        number(
            "eigenvalue",
            "An eigenvalue",
            "What is the larger eigenvalue of $\\begin{pmatrix} 2 & 1 \\\\ 1 & 2 \\end{pmatrix}$?",
            lambda: float(np.linalg.eigvalsh([[2, 1], [1, 2]])[-1]),
            hint="Try the vector (1, 1).",
            why="3, with the vector (1, 1); the other is 1, with (1, −1). Normal modes and principal components are "
            "found this way.",
        ),
        number(
            "hand",
            "Handedness",
            "A map is mirrored: $z$ becomes $-z$, while $x$ and $y$ stay. What is the determinant of that matrix?",
            lambda: float(np.linalg.det(np.diag([1, 1, -1]))),
            hint="The determinant of a diagonal matrix is the product of its diagonal.",
            why="−1. A rotation has +1: no turning brings the mirrored map back.",
        ),
    )


def _turns() -> tuple[Problem, ...]:
    return (
        numbers(
            "turn",
            "A turn in the plane",
            "Turn the point (1, 0) counter-clockwise by 30° about the origin. Where does it land?",
            lambda: dict(zip("xy", (rotations.about_z(30.0) @ [1, 0, 0])[:2].tolist(), strict=True)),
            hint="The matrix is $\\begin{pmatrix} \\cos\\alpha & -\\sin\\alpha \\\\ \\sin\\alpha & \\cos\\alpha "
            "\\end{pmatrix}$.",
            why="$(\\cos 30°, \\sin 30°) = (0.866, 0.5)$.",
        ),
        choose(
            "inverse",
            "Turning back",
            "$R$ is a rotation matrix. Which of these undoes it?",
            ("its transpose $R^T$", "$-R$", "$R^2$", "the matrix of $1/R_{ij}$"),
            hint="The rows of a rotation have length 1 and stand at right angles: what is $R R^T$?",
            why="$R R^T = 1$: for a rotation the inverse is the transpose.",
        ),
        choose(
            "order",
            "Order matters",
            "A column vector $x$ is turned by $A$ first and by $B$ after that. Which matrix does both?",
            ("$BA$", "$AB$", "$A + B$", "either $AB$ or $BA$, they are equal"),
            hint="Write it out: first $Ax$, then $B$ acts on the result.",
            why="$B(Ax) = (BA)x$: with columns, the first turn stands nearest to the vector.",
        ),
    )
