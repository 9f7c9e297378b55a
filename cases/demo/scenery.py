"""What stands behind every trouble: sky, wall, pavement, kerb and road."""

from dataclasses import dataclass
from random import Random

from cases.demo.canvas import HEIGHT, WIDTH, Canvas, Colour, shade

FOOT = 540  # where the wall meets the pavement
LEAVES: tuple[Colour, ...] = ((92, 138, 88), (112, 156, 98), (76, 122, 84))
SHADOW: Colour = (30, 36, 44, 46)


@dataclass(frozen=True)
class Light:
    """A time of day: the sky's gradient and a veil over everything."""

    top: Colour
    bottom: Colour
    veil: Colour


LIGHTS = (
    Light((148, 190, 222), (226, 236, 238), (255, 250, 235, 0)),
    Light((170, 203, 226), (243, 236, 220), (255, 226, 178, 26)),
    Light((192, 203, 212), (226, 230, 232), (206, 216, 228, 30)),
    Light((156, 172, 205), (244, 212, 186), (240, 190, 150, 40)),
)
DUSK = Light((70, 84, 124), (196, 164, 160), (48, 56, 102, 84))
PAVEMENTS: tuple[Colour, ...] = ((203, 200, 193), (196, 198, 199), (208, 200, 186))
PLASTER: tuple[Colour, ...] = (
    *((225, 213, 190), (214, 205, 196), (221, 200, 178)),
    *((204, 209, 206), (230, 220, 204)),
)
SIGNS: tuple[Colour, ...] = (
    *((58, 104, 128), (150, 74, 62), (74, 112, 84)),
    *((120, 92, 66), (86, 82, 120)),
)


def backdrop(rng: Random, wall: str, kerb: int, *, dusk: bool = False) -> Canvas:
    """A street seen from across it; ``kerb`` is where the pavement ends."""
    canvas = Canvas(zoom=rng.uniform(1, 1.3))
    light = DUSK if dusk else rng.choice(LIGHTS)
    canvas.sky(light.top, light.bottom, FOOT)
    _roofs(canvas, rng, light)
    for _tree in range(rng.randint(2, 4)):
        crown(canvas, rng, rng.randint(60, WIDTH - 60), rng.randint(120, 190), 95)
    WALLS[wall](canvas, rng)
    _pavement(canvas, rng, kerb)
    _road(canvas, rng, kerb)
    canvas.veil = light.veil
    return canvas


def crown(canvas: Canvas, rng: Random, x: float, y: float, size: float) -> None:
    """Leaves of a tree around (x, y)."""
    for _part in range(9):
        across, along = rng.uniform(-0.8, 0.8), rng.uniform(-0.6, 0.6)
        width = size * rng.uniform(0.45, 0.75)
        place = (x + across * size, y + along * size)
        canvas.oval(*place, width, width * 0.85, rng.choice(LEAVES))


def trunk(canvas: Canvas, x: float, foot: float, top: float, width: float) -> None:
    canvas.oval(x, foot, width * 2.2, width * 0.7, (120, 104, 84))
    left, right = x - width / 2, x + width / 2
    bark = [(left - 5, foot), (left + 3, top), (right - 3, top), (right + 5, foot)]
    canvas.polygon(bark, (122, 100, 80))
    shaded = [(x, foot), (x, top), (right - 3, top), (right + 5, foot)]
    canvas.polygon(shaded, (104, 84, 68))


def _roofs(canvas: Canvas, rng: Random, light: Light) -> None:
    """Houses far off, hardly darker than the sky."""
    left = -40
    while left < WIDTH:
        width, height = rng.randint(90, 210), rng.randint(60, 190)
        top = 330 - height
        colour = shade(light.bottom, rng.uniform(0.86, 0.92))
        canvas.box(left, top, left + width, FOOT, colour)
        left += width + rng.randint(0, 60)


def _brick(canvas: Canvas, rng: Random) -> None:
    """A grey wall of an old quarter, tiled on top, perhaps with a gate."""
    grey = shade((150, 153, 154), rng.uniform(0.94, 1.06))
    canvas.box(0, 210, WIDTH, FOOT, grey)
    joint = (255, 255, 255, 26)
    for row, y in enumerate(range(232, FOOT, 20)):
        canvas.line([(0, y), (WIDTH, y)], joint, 1.5)
        for x in range(30 * (row % 2), WIDTH, 60):
            canvas.line([(x, y), (x, y + 20)], joint, 1.5)
    canvas.box(0, 188, WIDTH, 214, (98, 102, 106))
    for x in range(0, WIDTH + 1, 32):
        canvas.oval(x, 214, 14, 10, (84, 88, 92))
    canvas.box(0, 496, WIDTH, FOOT, shade(grey, 0.82))
    _gate(canvas, rng.choice((90, 960)), rng.choice(((142, 58, 48), (92, 66, 52))))


def _gate(canvas: Canvas, x: float, red: Colour) -> None:
    canvas.box(x - 26, 178, x + 236, FOOT, (112, 116, 118))
    eaves = [(x - 60, 196), (x - 20, 146), (x + 230, 146), (x + 270, 196)]
    canvas.polygon(eaves, (80, 84, 88))
    canvas.box(x, 226, x + 210, FOOT, shade(red, 0.75))
    for left in (x + 8, x + 108):
        canvas.box(left, 240, left + 94, FOOT - 10, red)
    for knob in (x + 90, x + 120):
        canvas.oval(knob, 400, 8, 8, (196, 164, 90))
    canvas.box(x - 10, FOOT - 14, x + 220, FOOT + 6, (176, 174, 168))


def _plaster(canvas: Canvas, rng: Random) -> None:
    """The ground floors of a block of flats."""
    colour = rng.choice(PLASTER)
    canvas.box(0, 40, WIDTH, FOOT, colour)
    canvas.box(0, 462, WIDTH, FOOT, shade(colour, 0.78))
    canvas.box(0, 456, WIDTH, 464, shade(colour, 0.9))
    left = rng.randint(40, 110)
    for x in range(left, WIDTH, 300):
        for y in (70, 270):
            _window(canvas, x, y, 150, 130)
    pipe = left + 214 + 300 * rng.randint(0, 2)
    canvas.box(pipe, 40, pipe + 12, FOOT, shade(colour, 0.7))


def _window(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.box(x - 8, y - 8, x + width + 8, y + height + 8, (236, 236, 232))
    canvas.box(x, y, x + width, y + height, (122, 146, 162))
    glint = [(x, y), (x + width * 0.55, y), (x, y + height * 0.8)]
    canvas.polygon(glint, (255, 255, 255, 40))
    middle = x + width / 2
    canvas.box(middle - 4, y, middle + 4, y + height, (236, 236, 232))
    canvas.box(x - 14, y + height + 8, x + width + 14, y + height + 18, (206, 204, 198))


def _shops(canvas: Canvas, rng: Random) -> None:
    """Two shops with a sign without words, a window, a door and an awning."""
    canvas.box(0, 60, WIDTH, FOOT, rng.choice(PLASTER))
    for x, width in ((20, 600), (660, 600)):
        sign = rng.choice(SIGNS)
        canvas.box(x, 110, x + width, 196, sign)
        bar = x + 150
        for length in (110, 70, 90):
            canvas.box(bar, 144, bar + length, 162, (255, 255, 255, 150))
            bar += length + 16
        canvas.box(x + 20, 230, x + width - 190, FOOT - 34, (146, 170, 180))
        glint = [(x + 40, 230), (x + 240, 230), (x + 120, 506), (x + 20, 506)]
        canvas.polygon(glint, (255, 255, 255, 46))
        canvas.box(x + width - 160, 230, x + width - 30, FOOT, (92, 98, 104))
        canvas.box(x + width - 146, 246, x + width - 44, FOOT, (158, 180, 188))
        for step in range(0, width, 40):
            colour = (240, 238, 232) if step // 40 % 2 else shade(sign, 1.25)
            edge = [(x + step, 196), (x + step + 40, 196)]
            canvas.polygon([*edge, (x + step + 44, 246), (x + step + 4, 246)], colour)


def _fence(canvas: Canvas, rng: Random) -> None:
    """Iron bars before a park's hedge."""
    canvas.box(0, 300, WIDTH, FOOT, (134, 166, 116))
    for x in range(0, WIDTH + 80, 88):
        crown(canvas, rng, x, 340 + rng.randint(-20, 20), 84)
    canvas.box(0, 500, WIDTH, FOOT, (168, 166, 160))
    bars = (70, 80, 86)
    for y in (330, 480):
        canvas.box(0, y, WIDTH, y + 8, bars)
    for x in range(12, WIDTH, 34):
        canvas.box(x, 306, x + 5, 502, bars)
        canvas.polygon([(x - 3, 306), (x + 2.5, 292), (x + 8, 306)], bars)


WALLS = {"brick": _brick, "plaster": _plaster, "shops": _shops, "fence": _fence}


def _pavement(canvas: Canvas, rng: Random, kerb: int) -> None:
    colour = rng.choice(PAVEMENTS)
    canvas.box(0, FOOT, WIDTH, kerb, colour)
    canvas.box(0, FOOT, WIDTH, FOOT + 14, (60, 60, 60, 38))
    joint = shade(colour, 0.9)
    away = rng.randint(500, 780)
    for x in range(-1800, WIDTH + 1800, 130):
        top = away + (x - away) * (FOOT - 240) / (kerb - 240)
        canvas.line([(top, FOOT), (x, kerb)], joint, 2)
    y, step = float(FOOT), 18.0
    while y < kerb:
        canvas.line([(0, y), (WIDTH, y)], joint, 2)
        y, step = y + step, step * 1.25


def _road(canvas: Canvas, rng: Random, kerb: int) -> None:
    asphalt = shade((108, 112, 118), rng.uniform(0.95, 1.08))
    canvas.box(0, kerb, WIDTH, HEIGHT, asphalt)
    canvas.box(0, kerb, WIDTH, kerb + 14, (186, 184, 178))
    canvas.box(0, kerb + 14, WIDTH, kerb + 30, (150, 150, 148))
    canvas.box(0, kerb + 30, WIDTH, kerb + 40, shade(asphalt, 0.85))
    for _speck in range(120):
        x, y = rng.randint(0, WIDTH), rng.randint(kerb + 44, HEIGHT)
        canvas.box(x, y, x + 3, y + 2, (255, 255, 255, 30))
    canvas.box(0, HEIGHT - 52, WIDTH, HEIGHT - 40, (226, 222, 208, 190))
