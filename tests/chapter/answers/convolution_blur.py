"""What the tests know of the chapter on convolution and sampling, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "homework-numbers": ((0.25, -1.9042, 1.9078, 0.1202), 5e-4),
    "alias": ((3.0,), 1e-9),
    "wide-gaussian": ((22.2, 1974.0), 1e-3),
    "sequence": ((0.0, 1.0, 2.5, 4.0, 1.5), 1e-9),
}
FORMULAS = {
    "homework-formula": "-2*i*sin(4*pi*u)*exp(-pi*u^2)",
    "two-gaussians": "sqrt(pi/(a+b))*exp(-a*b*x^2/(a+b))",
}
#: The Sobel, Laplacian and sharpening kernels have one size.
BASES = {"kernels.size": {"kernel": "box"}}
