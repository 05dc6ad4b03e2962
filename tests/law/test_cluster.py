"""What is handed to SLURM: one worker a job, its processors, memory and time, and the Python that it runs."""

from __future__ import annotations

import sys

import pytest

from underfocus.base.cluster import slurm
from underfocus.base.errors import InputError


@pytest.fixture(scope="module")
def script() -> str:
    """The script of a cluster none of whose jobs is handed in."""
    with slurm(
        2,
        threads=8,
        memory_gb=24,
        hours=1.5,
        partition="cryo",
        account="lab",
        first=["module load cuda"],
        n_workers=0,
        scheduler_options={"dashboard_address": None},
    ) as cluster:
        return str(cluster.job_script())


def test_the_script_asks_for_what_was_said(script: str) -> None:
    lines = script.splitlines()
    assert "#SBATCH -p cryo" in lines
    assert "#SBATCH -A lab" in lines
    assert "#SBATCH --cpus-per-task=8" in lines
    assert "#SBATCH -t 01:30:00" in lines
    assert any(line.startswith("#SBATCH --mem=2") for line in lines)
    assert "module load cuda" in lines


def test_the_worker_is_this_python_with_its_threads(script: str) -> None:
    command = script.splitlines()[-1]
    assert command.startswith(sys.executable)
    assert "distributed.cli.dask_worker tcp://" in command
    assert "--nthreads 8" in command
    assert "--nworkers" not in command or "--nworkers 1" in command


def test_clusters_of_nothing_are_refused() -> None:
    for wrong in ({"workers": 0}, {"workers": 1, "threads": 0}, {"workers": 1, "memory_gb": 0.0}):
        with pytest.raises(InputError, match="a cluster needs workers"):
            slurm(**wrong)  # type: ignore[arg-type]
