"""What limits a map, in words: the gap between particles and their twin, named as far as it can be, and no further.

The twin has the particles' poses, CTFs and noise. Where the data keep up with it, only more particles would help; what
they lack is poses, particles that show something else, motion or damage, and the shape of the gap says which of these
it can be. Curves alone cannot tell a wrong angle from a wrong centre or from disorder: the sentences say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from . import particle_number, pose_error
from .gap import Gap, Measured, fall_off

Kind = Literal["particles", "blur", "fraction", "blur and fraction", "uneven", "surplus", "another map"]
#: A gap counts from three errors on, and where it takes this part of the amplitude, or of the power at the fit's end.
ERRORS, LEAST_FRACTION, LEAST_POWER = 3.0, 0.05, 0.08
#: χ² a shell from which neither a line nor errors of angles describe a gap, and how far off it must be in ln τ².
CROOKED, OFF = 2.5, 0.08
#: A map that correlates with the particles' own by less than this part of what its noise allows is another map.
LIKE = 0.75
#: Å from which a fall-off is that of disorder.
LINE_FROM = 10.0
#: How many times the particles the outlook asks for.
MORE = 4
HAND = (
    "A map of the other hand, with poses of that hand, would give the same curves: the hand cannot be judged from them."
)


@dataclass(frozen=True)
class Setting:
    """What the words need beside the curves.

    particles: how many. radius and edge: rms radius of the density, and that of its rim, in Å. own: whether the map was
    made from these particles. undone: B in Å² that was undone in it; guinier: what its Guinier plot has. hoped: Å that
    are expected of four times the particles. scaled: whether its grey scale was fitted to the data, so that a fraction
    means nothing. absent: the part of particles that show nothing, from single images, and its error. likeness:
    correlation of the map with the particles' own over what noise allows. other_hand: whether its mirror image agrees
    better.
    """

    particles: int
    radius: float
    edge: float
    own: bool = False
    undone: float = 0.0
    guinier: float | None = None
    hoped: float | None = None
    scaled: bool = False
    absent: float = 0.0
    absent_error: float = 1.0
    likeness: float = 1.0
    other_hand: bool = False


@dataclass(frozen=True)
class Verdict:
    """The ``kind`` of limit and what there is to say of it; ``more`` is the length in Å at four times as many."""

    kind: Kind
    sentences: tuple[str, ...]
    more: float | None

    @property
    def words(self) -> str:
        """All sentences."""
        return " ".join(self.sentences)


def kind_of(gap: Gap, setting: Setting) -> Kind:
    """Which limit a gap looks like."""
    if setting.other_hand or setting.likeness < LIKE:
        return "another map"
    line, end = gap.line, float(gap.s2[gap.chosen].max())
    fits = [line] if gap.turned is None else [line, gap.turned]
    rest = gap.log_ratio[gap.chosen] - gap.fitted()[gap.chosen]
    if min(f.chi2 for f in fits) > CROOKED and float(np.sqrt(np.mean(rest**2))) > OFF:
        return "uneven"
    best = min(fits, key=lambda f: f.chi2)
    whole = 1.0 if setting.scaled else best.fraction
    lost = 1 - np.exp(-line.amount / 2 * end)
    blurred = line.amount > ERRORS * line.amount_error and lost > LEAST_POWER
    short = whole < 1 - LEAST_FRACTION and 1 - whole > ERRORS * best.fraction_error
    if blurred or short:
        return "blur and fraction" if blurred and short else "blur" if blurred else "fraction"
    sharper = -line.amount > ERRORS * line.amount_error and np.exp(-line.amount / 2 * end) > 1 + 2 * LEAST_POWER
    fuller = whole > 1 + LEAST_FRACTION and whole - 1 > ERRORS * best.fraction_error
    return "surplus" if sharper or fuller else "particles"


def verdict(gap: Gap, data: Measured, twin: Measured, setting: Setting) -> Verdict:
    """The limit in words, with its numbers and with what it may be mistaken for."""
    kind = kind_of(gap, setting)
    more = outlook(data, setting.particles)
    reach = f"{data.resolution:.2f} Å in the data, {twin.resolution:.2f} Å in their twin"
    said = [_opening(kind, reach)]
    if setting.own and setting.undone:
        said.append(_undone(setting))
    if kind in ("blur", "blur and fraction"):
        said += _blur(gap, setting)
    if kind in ("fraction", "blur and fraction"):
        said += _fraction(gap, setting)
    if kind == "uneven":
        said += _uneven(gap)
    if kind == "surplus":
        said += _surplus(gap)
    if kind == "another map":
        said += _another(setting)
    if kind == "particles":
        said.append(_particles(setting, more, data))
    said += [s for s in (_absent(setting, kind), _own(setting)) if s]
    return Verdict(kind, tuple(said), more)


def outlook(data: Measured, particles: int, times: float = MORE) -> float | None:
    """Å that ``times`` as many particles would bring by the data's own fall-off; None where that has no line.

    Rosenthal & Henderson 2003, whose line begins at 10 Å: below, the particle's shape makes the slope. Not beyond
    Nyquist.
    """
    b = fall_off(data)
    if b is None or data.resolution > LINE_FROM:
        return None
    found = float(particle_number.reached(times * particles, data.resolution, particles, b))
    return max(found, 2 * data.pixel)


def _opening(kind: Kind, reach: str) -> str:
    first = {
        "particles": "Data and twin agree",
        "blur": "The data fall off faster than their twin",
        "fraction": "The data hold less signal than their twin, at all frequencies alike",
        "blur and fraction": "The data hold less signal than their twin, and fall off faster",
        "uneven": "The data hold less signal than their twin at some frequencies and not at others",
        "surplus": "The data hold more signal than their twin",
        "another map": "The map is not what these particles show in their poses",
    }
    return f"{first[kind]} ({reach}, at FSC 0.143)."


def _blur(gap: Gap, setting: Setting) -> list[str]:
    b, error = gap.line.amount, gap.line.amount_error
    degrees = float(pose_error.degrees_of(b, np.sqrt(2 / 3) * setting.radius))
    by_chance = degrees * error / (2 * b)
    if gap.turned is not None and gap.turned.chi2 < CROOKED and gap.turned.amount > 0:
        degrees, by_chance = gap.turned.amount, gap.turned.amount_error
    moved = float(np.sqrt(b / pose_error.bfactor(1.0)))
    rim = float(pose_error.displacement(degrees, setting.edge))
    said = [
        f"The gap equals an extra B of {b:.0f} ± {error:.0f} Å². Angles that are off by {degrees:.1f} ± "
        f"{by_chance:.1f}° (rms about each axis; {rim:.1f} Å at the particle's rim, {setting.edge:.0f} Å out) would do "
        f"it, or centres that are off by {moved:.2f} Å (rms along each axis), or as much motion, damage or disorder; "
        "the twin cannot tell these apart."
    ]
    if gap.turned is not None:
        straight, bent = gap.line.chi2, gap.turned.chi2
        if min(straight, bent) < CROOKED and abs(straight - bent) > 1:
            said.append(
                "The gap is bent as errors of angles bend it, which spare the particle's middle."
                if bent < straight
                else "The gap is straight as errors of centres, motion and disorder make it, more than those of angles."
            )
    return [
        *said,
        "To separate them: refine the poses anew against this map, with the twin's poses disturbed by as much as a "
        "control, and see whether B falls (poses); reconstruct from early frames or by dose (damage, motion); classify "
        "or refine within a mask of one part (disorder).",
    ]


def _fraction(gap: Gap, setting: Setting) -> list[str]:
    best = min((f for f in (gap.line, gap.turned) if f is not None), key=lambda f: f.chi2)
    part = 100 * best.fraction
    return [
        f"The signal that is left, {best.fraction:.2f} of the amplitude and {best.fraction**2:.2f} of the power, is "
        f"that of {part:.0f} % of the particles showing the map and {100 - part:.0f} % showing nothing of it: junk, or "
        "another thing. A map on too strong a grey scale looks the same. To separate them: classify, and see whether "
        "the fraction rises to 1 as particles are left out."
    ]


def _uneven(gap: Gap) -> list[str]:
    ratios = np.exp(gap.log_ratio[gap.chosen])
    lengths = 1 / np.sqrt(gap.s2[gap.chosen])
    low, high = int(np.argmin(ratios)), int(np.argmax(ratios))
    return [
        f"Neither one B-factor nor one fraction describes the gap (χ² {gap.line.chi2:.1f} a shell): of the twin's "
        f"signal power the data hold {ratios[low]:.2f} at {lengths[low]:.0f} Å and {ratios[high]:.2f} at "
        f"{lengths[high]:.0f} Å. "
        "Poses and junk do not make such a gap by themselves; a mixture of conformations does, in which parts are "
        "there in some particles only, or damage to parts, or a map that is not quite of these particles or was "
        "filtered or masked by another hand. To separate them: classify in three dimensions, look at local resolution, "
        "and make the twin from the map that the poses came from."
    ]


def _another(setting: Setting) -> list[str]:
    which = (
        "Its mirror image agrees better: turn the map over, or the poses."
        if setting.other_hand
        else "The poses belong to another map, or it was moved, turned, scaled or masked since."
    )
    return [
        f"It correlates with the particles' own reconstruction as {setting.likeness:.2f} of what noise allows. {which} "
        "The curves compare how strong signals are and not whether they are alike, so that nothing is concluded here."
    ]


def _surplus(gap: Gap) -> list[str]:
    b = gap.line.amount
    slower = f"fall off more slowly by a B of {-b:.0f} Å²" if b < 0 else f"fall off faster by a B of {b:.0f} Å²"
    return [
        f"At low frequency they have {gap.line.fraction:.2f} of its amplitude, and {slower}. No error of theirs does "
        "that: the map is weaker or more blurred than what the particles show (another grey scale, a low "
        "pass, a mask that is too tight), or the half sets share more than the signal, as they do when poses were "
        "refined against one common map and have followed the noise."
    ]


def _particles(setting: Setting, more: float | None, data: Measured) -> str:
    start = (
        "With these poses, CTFs and this noise there is no better map to be had from so many particles: it is limited "
        f"by their number, {setting.particles:,}."
    )
    if setting.own and setting.undone == 0:
        start = (
            f"The resolution is what {setting.particles:,} particles with the signal that this map has must give: the "
            "reconstruction loses nothing of it."
        )
    nyquist = 2 * data.pixel
    if data.resolution <= 1.001 * nyquist:
        return f"{start} It reaches Nyquist, {nyquist:.2f} Å: a smaller pixel comes before more particles."
    told = []
    if setting.hoped is not None:
        told.append(f"{setting.hoped:.2f} Å by the map's own signal, whose SSNR grows as their number")
    if more is not None:
        told.append(f"{more:.2f} Å by the data's own fall-off (Rosenthal & Henderson 2003)")
    return f"{start} {MORE} × {setting.particles:,} would bring about {', or '.join(told)}." if told else start


def _absent(setting: Setting, kind: Kind) -> str:
    if setting.absent_error < 1 and setting.absent > max(0.03, ERRORS * setting.absent_error):
        return (
            f"Single images differ in how strongly they show the map by more than noise makes them: as if "
            f"{100 * setting.absent:.0f} % of them showed nothing; ice of unequal thickness does that too."
        )
    if kind == "fraction" and setting.absent_error < 0.1:
        return "Single images show the map about equally strongly, so that it is hardly junk beside good particles."
    return ""


def _undone(setting: Setting) -> str:
    return (
        f"But the map was made from these particles, and a B of {setting.undone:.0f} Å² was undone in it: the gap is "
        "what that B says and no more. It holds all that took from high frequencies, the camera, the lens and the "
        "molecule's own form and disorder among it, so that what is said below is the most that poses can have cost; "
        "and a fraction is not to be seen in it."
    )


def _own(setting: Setting) -> str:
    if not setting.own or setting.undone:
        return ""
    b = setting.guinier
    line = (
        ""
        if b is None or b <= 0
        else f" Its Guinier plot falls by a B of {b:.0f} Å²: poses, motion, camera and the molecule's own disorder "
        f"together have taken no more, which would be angles off by "
        f"{float(pose_error.degrees_of(b, np.sqrt(2 / 3) * setting.radius)):.1f}° were it poses alone."
    )
    return (
        "The map was made from these particles, so that their losses are in it already: the twin repeats them, and "
        f"agreement says nothing of the poses.{line} To ask for poses, give a model of the structure, or a sharper map "
        "from other particles."
    )
