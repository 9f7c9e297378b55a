"""Troubles of what stands or lies there for good: what a fitter mends.

As in `lying`: ``level`` is 1 where it is broken, 0 where it is mended.
"""

import math
from random import Random

from cases.demo.canvas import Canvas, Colour, Point, arc, blob, shade
from cases.demo.scenery import LEAVES, SHADOW, crown, trunk

IRON: Colour = (104, 110, 116)
HOLE: Colour = (34, 36, 40)


def manhole(canvas: Canvas, rng: Random, level: float) -> None:
    """A round cover; open beside its hole, or guarded while it is."""
    at = canvas.at(rng.randint(540, 740), 710)
    at.oval(0, 0, 150, 54, shade(IRON, 0.8))
    if not level:
        _cover(at)
        return
    at.oval(0, 0, 136, 46, HOLE)
    at.polygon(arc(0, 0, 136, 46, math.pi, math.tau), (60, 60, 60))
    at.polygon(arc(0, 14, 128, 40, math.pi, math.tau), HOLE)
    _cover(at.at(230, 30, turn=-0.12))
    if level < 0.7:
        for x in (-190, 0, 190):
            _cone(at.at(x, 74))


def _cover(at: Canvas) -> None:
    at.oval(0, 7, 136, 46, shade(IRON, 0.6))
    at.oval(0, 0, 136, 46, IRON)
    at.oval(0, 0, 108, 35, shade(IRON, 1.14))
    at.oval(0, 0, 100, 31, IRON)
    for x in (-60, -20, 20, 60):
        at.box(x - 12, -4, x + 12, 4, shade(IRON, 1.2))


def _cone(at: Canvas) -> None:
    at.oval(0, 2, 40, 9, SHADOW)
    at.polygon([(-26, 0), (-6, -84), (6, -84), (26, 0)], (222, 112, 62))
    at.polygon([(-17, -34), (-12, -56), (12, -56), (17, -34)], (244, 240, 232))
    at.box(-34, -4, 34, 4, (190, 92, 52))


def grate(canvas: Canvas, rng: Random, level: float) -> None:
    """A drain at the kerb, blocked by leaves."""
    at = canvas.at(rng.randint(560, 700), 700, size=1.3)
    at.polygon([(-140, 0), (140, 0), (166, 62), (-166, 62)], shade(IRON, 0.7))
    for number in range(11):
        x = -124 + 24.8 * number
        slot = [(x - 6, 8), (x + 6, 8), (x * 1.17 + 7, 54), (x * 1.17 - 7, 54)]
        at.polygon(slot, HOLE)
    for _leaf in range(round(90 * level)):
        x, y = rng.gauss(0, 76), rng.gauss(32, 15)
        colour = rng.choice((*LEAVES, (186, 146, 84), (160, 116, 70)))
        at.oval(x, y, 12, 7, colour)


def pothole(canvas: Canvas, rng: Random, level: float) -> None:
    """Broken asphalt; a darker patch with a clean seam once it is mended."""
    x = rng.randint(520, 760)
    at = canvas.at(x, 800)
    patch = [(-250, -52), (230, -52), (270, 62), (-290, 62)]
    if level < 0.7:
        at.polygon(patch, (84, 88, 94))
        at.line([*patch, patch[0]], (66, 70, 76), 5)
    if not level:
        return
    ring: list[Point] = []
    for number in range(13):
        angle = math.tau * number / 13
        r = rng.uniform(0.7, 1.12) * (0.45 + 0.55 * level)
        ring.append((220 * r * math.cos(angle), 56 * r * math.sin(angle)))
    at.polygon(ring, (72, 70, 68))
    at.polygon([(a * 0.8, b * 0.72 + 5) for a, b in ring], (98, 88, 76))
    for a, b in ring[::2]:
        at.line([(a, b), (a * 1.4, b * 1.25 + 6), (a * 1.75, b * 1.7)], (76, 80, 86), 4)


def lamp(canvas: Canvas, rng: Random, level: float) -> None:
    """A street lamp that stays dark at dusk."""
    at = canvas.at(rng.randint(560, 760), 730)
    at.oval(0, 4, 40, 10, SHADOW)
    pole = (88, 96, 104)
    at.polygon([(-11, 0), (-6, -560), (6, -560), (11, 0)], pole)
    at.line([(0, -556), (-40, -590), (-150, -596)], pole, 9)
    if not level:
        for r in (150, 100, 60):
            at.oval(-150, -574, r, r * 0.9, (255, 236, 170, 46))
        at.polygon(
            [(-200, -576), (-100, -576), (40, 0), (-340, 0)], (255, 240, 190, 38)
        )
    glass = (255, 240, 190) if not level else (120, 124, 128)
    at.polygon([(-204, -588), (-96, -604), (-90, -584), (-206, -572)], shade(pole, 0.8))
    at.polygon([(-198, -574), (-98, -584), (-104, -572), (-192, -564)], glass)


def tree(canvas: Canvas, rng: Random, level: float) -> None:
    """A street tree whose broken branch lies over the pavement."""
    x = rng.randint(380, 480)
    trunk(canvas, x, 690, 140, 56)
    canvas.line([(x + 4, 330), (x + 110, 210)], (112, 90, 72), 22)
    crown(canvas, rng, x + 20, 110, 210)
    if not level:
        canvas.oval(x + 20, 338, 13, 15, (206, 178, 138))
        return
    canvas.polygon([(x + 14, 318), (x + 44, 340), (x + 12, 366)], (214, 188, 150))
    at = canvas.at(x + 300, 712, turn=-0.06, size=0.65 + 0.35 * level)
    at.oval(20, 20, 290, 24, SHADOW)
    at.line([(-250, 0), (-60, -26), (190, -14)], (116, 94, 74), 24)
    at.line([(-60, -26), (60, -84)], (116, 94, 74), 13)
    for _leaf in range(34):
        place = (rng.uniform(-60, 260), rng.uniform(-88, 10))
        at.oval(*place, rng.uniform(22, 40), rng.uniform(14, 26), rng.choice(LEAVES))


def rail(canvas: Canvas, rng: Random, level: float) -> None:
    """A guard rail along the kerb with fields out of line."""
    for number in range(6):
        astray = level if number in (2, 3) else 0.0
        turn = astray * rng.uniform(0.1, 0.2) * (-1 if number == 2 else 1)
        at = canvas.at(214 * number - 6, 796 + 30 * astray, turn=turn)
        at.oval(107, 4, 112, 8, SHADOW)
        for y in (-150, -28):
            at.box(0, y, 214, y + 12, (240, 242, 240))
        for x in range(16, 214, 26):
            at.box(x, -140, x + 8, -22, (240, 242, 240))
        at.box(-7, -166, 9, 4, (86, 126, 168))


def signpost(canvas: Canvas, rng: Random, level: float) -> None:
    """A traffic sign that leans."""
    at = canvas.at(rng.randint(560, 760), 740, turn=0.34 * level)
    at.oval(0, 2, 34, 9, SHADOW)
    at.box(-7, -430, 7, 0, (150, 156, 160))
    at.oval(0, -430, 92, 92, (246, 246, 244))
    at.oval(0, -430, 84, 84, (60, 108, 166))
    head = [(-46, -414), (0, -484), (46, -414), (16, -414), (16, -376)]
    at.polygon([*head, (-16, -376), (-16, -414)], (246, 246, 244))


def bench(canvas: Canvas, rng: Random, level: float) -> None:
    """A bench with broken slats."""
    at = canvas.at(rng.randint(440, 560), 704, turn=0.05 * level)
    at.oval(190, 6, 240, 18, SHADOW)
    wood = (172, 126, 84)
    for x in (24, 340):
        at.box(x, -86, x + 16, 4, (72, 78, 84))
        at.polygon([(x, -86), (x - 12, -206), (x + 2, -206), (x + 16, -86)], IRON)
    for number, y in enumerate((-204, -174, -144, -98)):
        if level > 0.5 and number == 1:
            at.at(240, 2, turn=0.12).box(-140, -18, 90, 0, shade(wood, 0.8))
            at.box(-10, y, 90, y + 20, shade(wood, 0.92))
        elif level and number == 3:
            at.at(-10, y, turn=0.16).box(0, 0, 400, 22, wood)
        else:
            at.box(-10, y, 390, y + 20, shade(wood, 1 - 0.03 * number))


def cabinet(canvas: Canvas, rng: Random, level: float) -> None:
    """A box of the power company with its door open."""
    at = canvas.at(rng.randint(520, 640), 686)
    green = rng.choice(((124, 146, 132), (150, 156, 158), (134, 142, 156)))
    at.oval(110, 6, 170, 16, SHADOW)
    at.box(-10, -262, 230, -250, shade(green, 0.75))
    at.box(0, -252, 220, -10, shade(green, 0.9))
    at.box(-6, -12, 226, 6, (150, 148, 142))
    if level:
        at.box(12, -238, 208, -22, (58, 62, 66))
        for x in (40, 90, 140):
            at.box(x, -214, x + 34, -150, (188, 190, 186))
            at.line([(x + 16, -150), (x + 6, -90), (x + 22, -40)], (196, 96, 70), 4)
        at.polygon([(208, -238), (312, -216), (312, 0), (208, -22)], green)
        return
    at.box(12, -238, 208, -22, green)
    at.box(108, -238, 112, -22, shade(green, 0.8))
    at.polygon([(84, -150), (136, -150), (110, -196)], (226, 186, 74))


def worksite(canvas: Canvas, rng: Random, level: float) -> None:
    """Sand and barriers that narrow the way."""
    if not level:
        return
    at = canvas.at(rng.randint(560, 700), 716, size=0.75 + 0.25 * level)
    at.oval(0, 10, 250, 26, SHADOW)
    hill = [(-230, 10), (-110, -84), (-10, -122), (100, -78), (230, 10)]
    at.polygon(blob(hill, 2), (216, 190, 142))
    at.polygon(blob([(-190, 4), (-90, -70), (0, -104), (-10, 4)], 2), (226, 202, 158))
    for x in (-310, 110):
        barrier = at.at(x, 44)
        for foot in (10, 180):
            barrier.box(foot, -120, foot + 12, 0, (120, 126, 130))
        for number in range(5):
            left = 40 * number
            colour = (222, 112, 62) if number % 2 else (244, 240, 232)
            barrier.box(left, -118, left + 40, -78, colour)
    _cone(at.at(-360, 46))
