"""Troubles that lie about, hang or are stuck on: what a broom or a pair of hands ends.

Every function draws one; ``level`` is 1 where it is whole, 0 where it is gone and
something between where the work was left half done. What stays is drawn always.
"""

import math
from random import Random

from cases.demo.canvas import Canvas, Colour, Point, arc, blob, shade
from cases.demo.scenery import LEAVES, SHADOW, crown, trunk

BAGS: tuple[Colour, ...] = (
    *((58, 62, 68), (72, 76, 82), (226, 228, 226)),
    *((86, 122, 152), (206, 146, 84), (64, 68, 74)),
)
PAPERS: tuple[Colour, ...] = (
    *((240, 236, 226), (226, 210, 184), (214, 224, 230)),
    *((196, 120, 96), (236, 220, 150)),
)
CLOTHES: tuple[Colour, ...] = (
    *((112, 144, 178), (206, 122, 110), (238, 232, 220)),
    *((128, 158, 122), (222, 190, 128), (140, 122, 160)),
)
CARTON: Colour = (196, 158, 112)


def litter(canvas: Canvas, rng: Random, level: float) -> None:
    """Bags in a heap and what fell out of them."""
    x, y = rng.randint(480, 800), 712
    if level:
        canvas.oval(x, y + 26, 60 + 150 * level, 30, SHADOW)
    for number in range(round(10 * level)):
        row = number // 4
        left = x + (number % 4 - 1.5) * 92 * (1 - row * 0.2) + rng.randint(-12, 12)
        _bag(canvas, rng, left, y - 44 * row, rng.uniform(0.8, 1.15))
    _papers(canvas, rng, round(16 * level), (x - 300, 640, x + 300, 780))


def _bag(canvas: Canvas, rng: Random, x: float, y: float, size: float) -> None:
    at = canvas.at(x, y, turn=rng.uniform(-0.2, 0.2), size=size)
    colour = rng.choice(BAGS)
    body = [(-56, 30), (-50, -20), (-14, -48), (14, -48), (50, -20), (58, 30), (0, 44)]
    at.polygon(blob(body), colour)
    at.polygon(blob([(10, -36), (44, -14), (46, 22), (16, 30)]), shade(colour, 0.88))
    at.polygon([(-9, -38), (-18, -64), (0, -54), (18, -66), (9, -38)], colour)


def _papers(
    canvas: Canvas, rng: Random, count: int, within: tuple[float, float, float, float]
) -> None:
    left, top, right, bottom = within
    for _paper in range(count):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        at = canvas.at(x, y, turn=rng.uniform(0, math.pi), size=rng.uniform(0.7, 1.3))
        at.polygon([(-16, -6), (14, -8), (17, 6), (-13, 8)], rng.choice(PAPERS))


def things(canvas: Canvas, rng: Random, level: float) -> None:
    """An old sofa, boards and boxes at the wall."""
    x = rng.randint(330, 560)
    if level > 0.5:
        canvas.oval(x + 190, 672, 330, 26, SHADOW)
        for number in range(4):
            board = canvas.at(x + 330 + 24 * number, 660, turn=0.16 + 0.03 * number)
            board.box(-12, -290, 12, 0, shade((182, 146, 104), 1 - 0.07 * number))
        _sofa(canvas.at(x, 664), rng.choice(CLOTHES))
    for number in range(round(5 * level)):
        left = x + 420 + 84 * (number % 3)
        _carton(canvas.at(left, 676 - 70 * (number // 3)), rng.uniform(0.9, 1.1))


def _sofa(at: Canvas, colour: Colour) -> None:
    at.polygon(blob([(0, 0), (0, -170), (300, -170), (300, 0)], 2), shade(colour, 0.85))
    at.box(20, -84, 280, -18, colour)
    at.box(148, -84, 152, -18, shade(colour, 0.8))
    for left in (-26, 266):
        arm = [(left, 0), (left, -110), (left + 60, -110), (left + 60, 0)]
        at.polygon(blob(arm, 2), shade(colour, 0.93))


def _carton(at: Canvas, tone: float) -> None:
    colour = shade(CARTON, tone)
    at.box(-38, -66, 38, 0, colour)
    at.polygon([(-38, -66), (-26, -80), (50, -80), (38, -66)], shade(colour, 1.1))
    at.polygon([(38, -66), (50, -80), (50, -14), (38, 0)], shade(colour, 0.85))
    at.box(-6, -66, 6, -34, (224, 206, 170))


def rubble(canvas: Canvas, rng: Random, level: float) -> None:
    """Broken bricks and earth left by builders."""
    if not level:
        return
    x, size = rng.randint(520, 760), 0.6 + 0.4 * level
    at = canvas.at(x, 726, size=size)
    at.oval(0, 8, 300, 34, SHADOW)
    ridge = [(-290, 10), (-180, -70), (-70, -136), (40, -150), (150, -96), (280, 10)]
    at.polygon(blob(ridge, 2), (168, 150, 128))
    lit = [(-230, 0), (-120, -90), (-30, -128), (20, -60), (-60, 4)]
    at.polygon(blob(lit, 2), (184, 166, 142))
    for _piece in range(34):
        across = rng.uniform(-1, 1)
        height = rng.uniform(-6, 120 * (1 - abs(across)))
        piece = at.at(across * 240, -height, turn=rng.uniform(0, 3))
        colour = rng.choice(((172, 96, 76), (150, 146, 140), (196, 186, 170)))
        piece.box(-17, -8, 17, 8, colour)


def green(canvas: Canvas, rng: Random, level: float) -> None:
    """A strip of lawn with litter and dry branches on it."""
    strip = [(0, 600), (1280, 600), (1280, 742), (0, 742)]
    canvas.polygon(strip, (136, 170, 108))
    canvas.box(0, 742, 1280, 756, (188, 186, 178))
    for _tuft in range(150):
        x, y = rng.uniform(0, 1280), rng.uniform(612, 736)
        tuft = [(x, y), (x + 4, y - 14), (x + 8, y)]
        canvas.polygon(tuft, rng.choice(LEAVES))
    for _branch in range(round(9 * level)):
        at = canvas.at(rng.uniform(360, 860), 690, turn=rng.uniform(-0.4, 0.4))
        at.line([(-80, 0), (0, -8), (84, 6)], (128, 100, 74), 6)
        at.line([(0, -8), (40, -34)], (128, 100, 74), 4)
    _papers(canvas, rng, round(34 * level), (280, 620, 1000, 730))


def posters(canvas: Canvas, rng: Random, level: float) -> None:
    """Small bills on the wall; pale marks where they were taken off."""
    count = 11
    for number in range(count):
        x, y = 350 + (number % 4) * 150, 292 + number // 4 * 88
        at = canvas.at(
            x + rng.randint(-26, 26), y, turn=rng.uniform(-0.14, 0.14), size=1.15
        )
        colour = rng.choice(PAPERS)
        if number >= round(count * level):
            at.box(-34, -40, 34, 40, (255, 255, 255, 22))
            continue
        at.box(-31, -37, 37, 43, SHADOW)
        at.box(-34, -40, 34, 40, colour)
        at.box(-24, -30, 24, -18, shade(colour, 0.6))
        for line in range(4):
            at.box(
                -24, -8 + 11 * line, 24 - 9 * (line % 2), -4 + 11 * line, (0, 0, 0, 70)
            )


def laundry(canvas: Canvas, rng: Random, level: float) -> None:
    """Clothes on a rope between a tree and a post."""
    trunk(canvas, 330, 700, -40, 40)
    crown(canvas, rng, 330, 70, 150)
    canvas.box(952, 180, 968, 694, (120, 126, 130))
    if not level:
        return
    canvas.line([(334, 300), (640, 346), (960, 300)], (236, 232, 222), 4)
    for number in range(round(6 * level)):
        x = 400 + number * 92 + rng.randint(-8, 8)
        sag = 346 - 46 * ((x - 645) / 315) ** 2
        _shirt(canvas.at(x, sag, turn=rng.uniform(-0.05, 0.05)), rng.choice(CLOTHES))


def _shirt(at: Canvas, colour: Colour) -> None:
    body = [(-28, 0), (-62, 34), (-44, 54), (-30, 42), (-30, 130), (30, 130), (30, 42)]
    at.polygon([*body, (44, 54), (62, 34), (28, 0)], colour)
    at.polygon([(-12, 0), (0, 16), (12, 0)], shade(colour, 0.75))
    at.box(12, 50, 30, 130, shade(colour, 0.93))


def banner(canvas: Canvas, rng: Random, level: float) -> None:
    """Cloth with invented signs between two trees."""
    for x in (300, 990):
        trunk(canvas, x, 700, -40, 44)
        crown(canvas, rng, x, 70, 150)
    if not level:
        return
    red = rng.choice(((190, 66, 58), (176, 70, 84), (62, 104, 150)))
    loose = 120 * (1 - level)
    cloth = [(306, 330), (984, 330 + loose), (984, 416 + loose), (306, 416)]
    canvas.polygon(cloth, red)
    for number in range(9):
        x = 372 + number * 64
        y = 352 + loose * (x - 306) / 678
        canvas.box(x, y, x + 38, y + 40, (244, 226, 170))
        canvas.box(x + 8, y + 12, x + 30, y + 18, red)


def goods(canvas: Canvas, rng: Random, level: float) -> None:
    """Crates and a rail of clothes before a shop's door."""
    for number in range(round(6 * level)):
        x = 250 + 116 * (number % 4) + rng.randint(-6, 6)
        _crate(canvas.at(x, 690 - 62 * (number // 4)), rng)
    if level > 0.5:
        at = canvas.at(820, 690)
        at.oval(110, 4, 150, 14, SHADOW)
        for x in (0, 220):
            at.box(x - 5, -230, x + 5, 0, (96, 102, 110))
        at.box(-5, -234, 225, -224, (96, 102, 110))
        for number in range(5):
            _shirt(at.at(28 + 42 * number, -222, size=0.8), rng.choice(CLOTHES))


def _crate(at: Canvas, rng: Random) -> None:
    fruit = rng.choice(((214, 92, 70), (226, 160, 74), (140, 172, 92)))
    at.oval(0, 2, 62, 10, SHADOW)
    for number in range(5):
        at.oval(-38 + 19 * number, -58, 13, 13, shade(fruit, rng.uniform(0.92, 1.08)))
    at.box(-54, -56, 54, 0, (188, 152, 108))
    for y in (-40, -20):
        at.box(-54, y, 54, y + 4, (150, 118, 82))


def stall(canvas: Canvas, rng: Random, level: float) -> None:
    """A hawker's tricycle under an umbrella."""
    at = canvas.at(rng.randint(560, 700), 716)
    if level > 0.5:
        at.oval(30, 6, 240, 20, SHADOW)
        colour = rng.choice(CLOTHES)
        at.box(25, -360, 35, -90, (92, 96, 100))
        half = arc(30, -330, 230, 110, math.pi, math.tau)
        at.polygon(half, colour)
        at.polygon(arc(30, -330, 80, 110, math.pi, math.tau), shade(colour, 1.15))
        at.box(-150, -120, 190, -52, (96, 126, 146))
        for number in range(8):
            at.oval(-124 + 40 * number, -128, 22, 20, (214, 120, 76))
        for x in (-110, 150):
            at.ring(x, -36, 38, (60, 64, 70), 8)
    for number in range(round(3 * level)):
        _crate(at.at(-290 + 118 * number, 14), rng)


def puddle(canvas: Canvas, rng: Random, level: float) -> None:
    """Dirty water that runs from the wall to the kerb."""
    if not level:
        return
    x, wide = rng.randint(520, 760), 0.5 + 0.5 * level
    for tone, factor in (((112, 108, 92, 150), 1.0), ((96, 94, 82, 130), 0.72)):
        ring: list[Point] = []
        for number in range(18):
            angle = math.tau * number / 18
            r = factor * rng.uniform(0.8, 1.15)
            ring.append((290 * wide * r * math.cos(angle), 62 * r * math.sin(angle)))
        canvas.at(x, 706).polygon(blob(ring), tone)
    stream = [(x - 30, 545), (x + 14, 545), (x + 40, 660), (x - 50, 660)]
    canvas.polygon(stream, (112, 108, 92, 140))
    canvas.at(x - 60, 690).polygon(
        blob([(-90, 0), (0, -12), (90, 0), (0, 10)]), (255, 255, 255, 50)
    )


def bikes(canvas: Canvas, rng: Random, level: float) -> None:
    """Shared bicycles: across the pavement, or in their painted bay."""
    bay = [(210, 632), (1070, 632), (1110, 770), (170, 770)]
    canvas.line([*bay, bay[0]], (250, 250, 246), 8)
    colour = rng.choice(((222, 184, 72), (92, 156, 192), (120, 172, 132)))
    for number in range(6):
        astray = level * rng.uniform(-1, 1)
        x = 300 + 136 * number + 60 * astray
        fallen = 1.25 if number in (1, 4) and level > 0.5 else 0.0
        y = 742 + 56 * level * rng.uniform(-1, 0.6)
        canvas.oval(x, y + 4, 78, 10, SHADOW)
        _bike(canvas.at(x, y - 12 * fallen, turn=astray * 0.2 - fallen), colour)


def _bike(at: Canvas, colour: Colour) -> None:
    dark = (62, 66, 72)
    for x in (-52, 52):
        at.ring(x, -36, 35, dark, 6)
        at.oval(x, -36, 5, 5, dark)
    at.line([(-52, -36), (-18, -88), (34, -92), (-2, -36), (-52, -36)], colour, 8)
    at.line([(-2, -36), (-22, -100)], colour, 8)
    at.line([(52, -36), (32, -112)], colour, 8)
    at.line([(18, -116), (34, -112), (46, -122)], dark, 6)
    at.polygon(blob([(-44, -100), (-40, -110), (-4, -106), (-8, -98)], 2), dark)
    at.box(34, -96, 62, -76, shade(colour, 0.9))
