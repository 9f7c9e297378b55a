"""指挥大屏: the page, and the fragments that it takes anew."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Unit, User
from cases.wall import layout
from cases.wall.board import Board, board_of
from cases.wall.ground import ground_of
from cases.wall.mapping import Ground2D, outlines_of
from cases.wall.permissions import can_arrange, wall_of, walls_for
from govmap.lib.pages import AuthedRequest
from layers.models import Layer


@require_safe
@login_required
@never_cache
def wall(request: AuthedRequest) -> HttpResponse:
    """The whole wall of a unit, drawn; its script arranges and renews it."""
    unit = wall_of(request.user, request.GET.get("unit", ""))
    board, may = board_of(unit), can_arrange(request.user, unit)
    context = {
        **bodies(board),
        "panels": layout.PANELS.items(),
        "walls": walls_for(request.user),
        "may_arrange": may,
        "setup": {
            **setup_of(unit, may=may),
            "live": live_of(board),
            "outlines": outlines_of(ground_of(unit)),
            # Drawn by the wall itself, or finer than it looks.
            "hidden": _hidden(request.user),
            "echarts": static("lib/echarts/dist/echarts.simple.min.js"),
        },
    }
    return render(request, "cases/wall/wall.html", context)


@require_safe
@login_required
@never_cache
def panels(request: AuthedRequest) -> HttpResponse:
    """A fragment: what is in every panel now."""
    unit = wall_of(request.user, request.GET.get("unit", ""))
    board = board_of(unit)
    context = {**bodies(board), "live": live_of(board)}
    return render(request, "cases/wall/_bodies.html", context)


def _hidden(user: User) -> list[str]:
    rows = Layer.objects.visible_to(user).exclude(feeds="")
    return list(rows.values_list("code", flat=True))


def bodies(board: Board) -> dict[str, Any]:
    return {
        "board": board,
        "unit": board.unit,
    }


def live_of(board: Board) -> dict[str, Any]:
    """What the script draws itself."""
    return {
        # The board may have been kept some seconds; the clock may not jump by them.
        "now": timezone.now().isoformat(),
        "at": board.at.isoformat(),
        "event": board.event,
        "cells": cells_of(board.map),
        "shades": {line.code: line.overdue for line in board.lines},
        "targets": [
            {
                **{"key": one.key, "sort": one.sort, "title": one.title},
                **{"area": one.area, "lon": one.lon, "lat": one.lat},
                **{"at": one.at.isoformat(), "address": one.address},
            }
            for one in board.map.targets
        ],
    }


def cells_of(found: Ground2D) -> list[list[Any]]:
    """Longitude, latitude, cases, those overdue, the worst light; short, for many."""
    return [
        [round(one.lon, 5), round(one.lat, 5), one.count, one.red, one.light]
        for one in found.cells
    ]


def setup_of(unit: Unit, *, may: bool) -> dict[str, Any]:
    kept = layout.layout_of(unit)
    return {
        "layout": {"version": kept.version, "scenes": kept.scenes},
        # A screen of twice the width takes these, unless the unit has its own.
        "wide": layout.usual("wide") if kept.is_usual else None,
        "may_arrange": may,
        "grid": [layout.COLUMNS, layout.ROWS],
        "zone": settings.TIME_ZONE,
        "most_scenes": layout.MOST_SCENES,
        "least": {
            name: [panel.width, panel.height] for name, panel in layout.PANELS.items()
        },
        "titles": {name: str(panel.title) for name, panel in layout.PANELS.items()},
        "words": words(),
    }


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "live": pgettext("wall", "Live"),
        "lost": _("Cut off since %(time)s: these figures are of %(at)s."),
        "signed_out": _(
            "You were signed out. The figures stay as they were at %(at)s."
        ),
        "sign_in": _("Sign in again"),
        "paused": _("Scenes stay: press space to go on."),
        "urgent": _("Urgent case"),
        "whistle": _("Whistle blown"),
        "red": _("Just overdue"),
        "saved": _("The arrangement is kept for all walls of this unit."),
        "unsaved": _("The arrangement could not be kept. Try again."),
        "no_room": _("There is no room for it. Make another panel smaller first."),
        "new_scene": _("New scene"),
        "ask_reset": _("Take the usual scenes again? Those of this wall are lost."),
        "ask_leave": _("What you arranged is not kept yet."),
        "take_away": _("Take this panel away"),
        "last_scene": _("A wall needs one scene at least."),
        "moved": _("%(panel)s: column %(x)s, row %(y)s, %(w)s wide, %(h)s high"),
        "no_map": _("The map could not be drawn. The figures go on."),
    }
