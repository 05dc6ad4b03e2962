"""A Dask cluster whose workers are jobs of SLURM, for the ``scheduler`` of what runs on clusters.

    with slurm(4, threads=16, memory_gb=64, hours=2) as cluster:
        maps = uf.reconstruct_halves(particles, scheduler=cluster.scheduler_address)

A worker that the queue takes away is asked for again, and what it had is done by the others. dask-jobqueue knows PBS,
LSF, SGE and HTCondor too; any scheduler's address will do. Rocklin 2015 (SciPy proceedings, 126).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from .errors import InputError


def slurm(
    workers: int,
    *,
    threads: int = 16,
    memory_gb: float = 32.0,
    hours: float = 2.0,
    partition: str | None = None,
    account: str | None = None,
    first: Sequence[str] = (),
    **more: Any,
) -> Any:
    """A SLURMCluster of so many workers, each a job with ``threads`` processors and ``memory_gb`` of memory.

    A worker holds the sums of a block: 2 · 16 bytes · (pad · box)³ / 2, which for boxes of 256 padded twice is 2.2 GB,
    and twice that while they are sent. ``first`` are shell lines before the worker starts, such as ``module load``;
    workers run the Python that calls this, so that its environment must lie on a disk that they see, as must the
    stacks. ``more`` goes to dask_jobqueue.SLURMCluster. Its ``job_script()`` is what is handed to SLURM. Raises
    InputError for numbers below 1 and where dask-jobqueue is not installed.
    """
    if workers < 1 or threads < 1 or memory_gb <= 0 or hours <= 0:
        raise InputError(
            f"a cluster needs workers, threads, memory and time, and {workers}, {threads}, {memory_gb:g} GB and "
            f"{hours:g} hours were asked for"
        )
    try:
        from dask_jobqueue import SLURMCluster
    except ImportError:
        raise InputError("SLURM needs dask-jobqueue; run: pip install 'underfocus[cluster]'") from None
    minutes = max(1, round(hours * 60))
    settings: dict[str, Any] = {
        "cores": threads,
        "processes": 1,
        "memory": f"{memory_gb:g} GB",
        "walltime": f"{minutes // 60:02d}:{minutes % 60:02d}:00",
        "queue": partition,
        "account": account,
        "job_script_prologue": list(first),
        "python": sys.executable,
        "n_workers": workers,
        "death_timeout": 120,
    }
    return SLURMCluster(**{**settings, **more})
