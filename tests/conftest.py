"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Timing never decides a test, and the same checkout always tries the same examples.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("house")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of foreign reference data (real micrographs, other programs' files); skipped without it."""
    folder = Path(os.environ.get("UNDERFOCUS_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the foreign reference data are not at {folder}; set UNDERFOCUS_SHARED to run this check")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY
