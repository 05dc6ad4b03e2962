"""Every verb by name, in the groups that the help prints. Importing this loads none of them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .job import Job

#: Group → verb → one line of help.
GROUPS: dict[str, dict[str, str]] = {
    "Make": {
        "simulate": "particles with CTF and noise from a structure or a map",
        "micrograph": "a whole field of a structure in ice, by multislice, with the truth of what lies where",
        "tour": "a real structure through the whole chain to a report, in under a minute",
    },
    "Micrographs": {
        "ctf": "defocus, astigmatism, phase shift, thickness and tilt of micrographs, with pictures",
        "pick": "particles in micrographs by a disc or by templates, away from what is contaminated",
        "extract": "boxes at coordinates, binned and normalised, as particles with their CTF",
    },
    "Reconstruct": {
        "reconstruct": "a map, or half maps and the whole, from particles with poses",
        "resolution": "the FSC of two half maps with its error, within a mask or not, and by direction",
        "mask": "a soft mask around a map's density, or a ball, with its volume and the mass that fits into it",
        "sharpen": "the B-factor of half maps or a map from the Guinier plot, undone as far as the FSC sees signal",
        "slice": "projections of a map in given or even views, with a STAR file that reconstruct takes",
        "symmetrise": "a map averaged over a point group or a helix, and how symmetric it was before",
        "local-resolution": "how far two half maps agree around each voxel, and a map filtered to that",
        "twin": "what limits this map: the particles beside images simulated from it in their poses",
        "orientation": "how evenly views sample Fourier space, what is missing, and whether a tilt would help",
    },
    "Compute": {
        "filter": "low, high and band pass, a blur or a B-factor, on a map, a micrograph or a stack",
        "transform": "the power spectrum of a map, a micrograph or a stack, and its mean over rings or shells",
        "resample": "a map, a micrograph, a stack or particles at another pixel over the same field",
        "translate-ctf": "the numbers of a CTF between RELION, CTFFIND, EMAN2, cryoSPARC, cryoDRGN and others",
        "convert-angles": "rotations between RELION, EMAN2, cryoSPARC, any Euler angles, axes and quaternions",
    },
    "Look": {
        "inspect": "what a file is, its shape, pixel and statistics, and what looks wrong",
        "explain": "what a knob does: unit, range, where it is used, which chapter shows it",
        "again": "repeat a job from its record and say what differs",
    },
    "Learn": {
        "study": "open the course in the browser, on this machine alone",
        "check": "a function of yours, in a file, against the engine's: the course's code problems",
    },
}
VERBS: dict[str, str] = {verb: line for group in GROUPS.values() for verb, line in group.items()}


def job(verb: str) -> Job:
    """The job of a verb; ``study``, ``check`` and ``again`` are no jobs and are not here."""
    found: Job = importlib.import_module(f"{__package__}.{verb.replace('-', '_')}").JOB
    return found


#: Verbs whose runs can leave a folder.
JOBS = (
    *("simulate", "micrograph", "tour", "reconstruct", "resolution", "inspect", "explain"),
    *("filter", "transform", "resample", "convert-angles"),
    *("ctf", "pick", "extract", "translate-ctf"),
    *("orientation", "mask", "sharpen", "slice", "symmetrise", "local-resolution", "twin"),
)
