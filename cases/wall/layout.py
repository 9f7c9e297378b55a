"""How a wall is arranged: scenes, each with panels on a grid of 12 by 8."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from accounts.models import Unit, User
from cases.models import WallLayout
from cases.wall.permissions import can_arrange
from govmap.lib.errors import BadInput, Conflict, NotAllowed
from govmap.lib.history import recorded
from govmap.lib.localized import localized

COLUMNS, ROWS = 12, 8
MOST_SCENES, LONGEST_NAME = 8, 12
SHORTEST, LONGEST = 10, 3600  # seconds of a scene
USUAL = json.loads(Path(__file__).with_name("usual.json").read_text("utf-8"))


@dataclass(frozen=True)
class Panel:
    """One thing that a wall can show, and how small it may be to stay readable."""

    title: str | Promise
    icon: str
    width: int
    height: int


PANELS: dict[str, Panel] = {
    "today": Panel(pgettext_lazy("wall", "Today"), "calendar-event", 2, 3),
    "rates": Panel(gettext_lazy("Three rates"), "percentage", 2, 2),
    "map": Panel(pgettext_lazy("wall", "Live map"), "map-2", 3, 3),
    "ticker": Panel(pgettext_lazy("wall", "Going on"), "activity", 3, 2),
    "compare": Panel(pgettext_lazy("wall", "Areas compared"), "list-numbers", 3, 3),
    "classes": Panel(pgettext_lazy("wall", "Frequent classes"), "category", 2, 3),
    "whistles": Panel(pgettext_lazy("wall", "Whistles"), "speakerphone", 3, 2),
    "trend": Panel(pgettext_lazy("wall", "Against last year"), "chart-line", 3, 3),
}


class BadLayout(BadInput):
    """The arrangement cannot be kept."""

    message = gettext_noop("Scene “%(scene)s”: %(why)s")


class OthersLayout(Conflict):
    """Somebody else has arranged this wall meanwhile. Look at it, then begin again."""

    message = gettext_noop(
        "Somebody else has arranged this wall meanwhile. Look at it, then begin again."
    )


@dataclass(frozen=True)
class Layout:
    """The scenes of a wall. ``version``: what is said by whoever saves another."""

    version: int
    is_usual: bool
    scenes: list[dict[str, Any]]


def layout_of(unit: Unit) -> Layout:
    row = WallLayout.objects.filter(unit=unit).first()
    if row is None or row.scenes is None:
        return Layout(row.version if row else 0, True, usual())
    return Layout(row.version, False, row.scenes)


def usual(screen: str = "scenes") -> list[dict[str, Any]]:
    """What every wall begins with, its names in the reader's language.

    ``screen``: "wide" for one that is two screens wide and shows all panels at once.
    """
    return [{**scene, "name": localized(scene["name"])} for scene in USUAL[screen]]


def save(
    unit: Unit, scenes: Any, *, version: int, by: User, address: str = ""
) -> Layout:
    """Raises NotAllowed, BadLayout, OthersLayout where ``version`` is an old one."""
    return _put(unit, checked(scenes), version=version, by=by, address=address)


def reset(unit: Unit, *, by: User, address: str = "") -> Layout:
    """The usual scenes again. Raises NotAllowed."""
    return _put(unit, None, version=None, by=by, address=address)


def _put(
    unit: Unit, scenes: Any, *, version: int | None, by: User, address: str
) -> Layout:
    if not can_arrange(by, unit):
        raise NotAllowed
    with recorded(by, address=address):
        WallLayout.objects.get_or_create(unit=unit)
        row = WallLayout.objects.select_for_update().get(unit=unit)
        if version is not None and version != row.version:
            raise OthersLayout
        row.scenes, row.version = scenes, row.version + 1
        row.changed_at = timezone.now()
        row.save()
    return layout_of(unit)


def checked(scenes: Any) -> list[dict[str, Any]]:
    """The scenes as they are kept. Raises BadLayout that says which and why."""
    if not isinstance(scenes, list) or not 1 <= len(scenes) <= MOST_SCENES:
        raise BadInput(_("A wall has one to eight scenes."))
    found = [_scene(told) for told in scenes]
    names = [scene["name"] for scene in found]
    for name in names:
        if names.count(name) > 1:
            raise BadLayout(scene=name, why=_("two scenes have this name."))
    return found


def _scene(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict) or not isinstance(told.get("name"), str):
        raise BadInput(_("A scene has a name, seconds and panels."))
    name = " ".join(told["name"].split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadLayout(scene=name[:40], why=_("its name has 1 to 12 signs."))
    seconds, panels = told.get("seconds"), told.get("panels")
    if not _whole(seconds, SHORTEST, LONGEST):
        raise BadLayout(scene=name, why=_("it stays for 10 to 3,600 seconds."))
    if not isinstance(panels, list) or not panels:
        raise BadLayout(scene=name, why=_("it has no panel. Add one, or remove it."))
    return {"name": name, "seconds": seconds, "panels": _panels(name, panels)}


def _panels(scene: str, told: list[Any]) -> list[dict[str, Any]]:
    taken: set[tuple[int, int]] = set()
    found: list[dict[str, Any]] = []
    for one in told:
        name = one.get("panel") if isinstance(one, dict) else None
        if not isinstance(name, str) or name not in PANELS:
            raise BadLayout(scene=scene, why=_("there is no such panel."))
        if any(name == other["panel"] for other in found):
            why = _("“%(panel)s” is there twice.") % {"panel": PANELS[name].title}
            raise BadLayout(scene=scene, why=why)
        place = {side: one.get(side) for side in ("x", "y", "w", "h")}
        squares = set(_squares(scene, name, place))
        if taken & squares:
            why = _("“%(panel)s” lies on another one.") % {"panel": PANELS[name].title}
            raise BadLayout(scene=scene, why=why)
        taken |= squares
        found.append({"panel": name, **place})
    return found


def _squares(scene: str, name: str, place: dict[str, Any]) -> Iterable[tuple[int, int]]:
    """The squares of the grid that a panel takes."""
    panel = PANELS[name]
    x, y, w, h = (place[side] for side in ("x", "y", "w", "h"))
    if not (
        _whole(w, panel.width, COLUMNS)
        and _whole(h, panel.height, ROWS)
        and _whole(x, 1, COLUMNS - w + 1)
        and _whole(y, 1, ROWS - h + 1)
    ):
        why = _(
            "“%(panel)s” must lie within the grid and be at least"
            " %(width)s by %(height)s."
        )
        said = {"panel": panel.title, "width": panel.width, "height": panel.height}
        raise BadLayout(scene=scene, why=why % said)
    return ((x + dx, y + dy) for dx in range(w) for dy in range(h))


def _whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
