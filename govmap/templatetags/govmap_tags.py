"""What every page draws with: icons, times, lights, rails, the import map."""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from govmap.lib import times
from govmap.lib.localized import localized as localized_title

register = template.Library()

ICONS = Path(settings.ROOT, "node_modules", "@tabler", "icons", "icons")
OWN_STATIC = Path(settings.ROOT, "static")
# Bare names of browser libraries that modules import.
LIBRARIES = {
    "maplibre-gl": "lib/maplibre-gl/dist/maplibre-gl.mjs",
}
# The shape says the same as the colour, for who cannot tell colours apart.
SHAPES = {
    "green": '<circle cx="6" cy="6" r="5"/>',
    "yellow": '<path d="M6 .8 11.6 11H.4z"/>',
    "red": '<rect x="1" y="1" width="10" height="10" rx="1"/>',
    "paused": '<path d="M2 1h3v10H2zM7 1h3v10H7z"/>',
    "met": '<path d="m1.2 6.4 3.2 3.3 6.4-7" class="light-stroke"/>',
}


@lru_cache(maxsize=512)
def _icon_svg(name: str) -> str:
    """The inside and the attributes of one icon, without its comment and class."""
    folder, _slash, stem = name.rpartition("/")
    text = (ICONS / (folder or "outline") / f"{stem}.svg").read_text()
    body = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    return " ".join(body.split())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Tabler icon, inline; ``filled/name`` for a filled one.

    Without a ``label`` it is decoration beside a word, and hidden from readers.
    """
    named = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    kind = "icon icon-filled" if name.startswith("filled/") else "icon"
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>',
        kind,
        named,
        mark_safe(_icon_svg(name)),
    )


@register.filter
def localized(titles: dict[str, Any] | None) -> str:
    """A title that is data, in the reader's language."""
    return localized_title(titles)


@register.filter
def remaining(due: datetime | None) -> str:
    """How long until ``due``, or how long ago it was: "3 h 20 min left"."""
    return times.remaining(due, timezone.now()) if due else ""


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in its two largest units."""
    return times.span(length) if length is not None else ""


@register.filter
def local_time(moment: datetime | None) -> SafeString | str:
    """A moment in the site's zone, short; the whole of it on hover."""
    if moment is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        times.exact(moment),
        times.short(moment, timezone.now()),
    )


@register.inclusion_tag("_light.html")
def light(deadline: Any, *, words: bool = True) -> dict[str, Any]:
    """The light of a deadline: colour, shape and words. Nothing where there is none."""
    if deadline is None:
        return {"deadline": None}
    now = timezone.now()
    colour = times.light_of(deadline, now)
    return {
        "deadline": deadline,
        "colour": colour,
        "shape": mark_safe(SHAPES[shape_of(deadline, colour)]),
        "words": words,
        "text": times.light_words(deadline, now),
        "exact": times.exact(deadline.due_at),
        "ticks": not deadline.met_at and not deadline.paused_at,
        # Of those that have no such thing there is nothing to say.
        "provisional": getattr(deadline, "provisional", False) and not deadline.met_at,
        "exempt": colour == "red" and getattr(deadline, "is_exempt", False),
    }


def shape_of(deadline: Any, colour: str) -> str:
    return "met" if deadline.met_at and colour != "red" else colour


@register.inclusion_tag("_rail.html")
def rail(subject: Any, events: Any = None) -> dict[str, Any]:
    """The progress rail of a subject; with its ``events``, when each step was reached.

    A state that is not on the rail (a refusal) ends it where the subject left it.
    """
    # What left it where it stood (urging, asking) did not reach anything.
    moves = [event for event in events or () if event.from_state != event.to_state]
    reached = {event.to_state: event.happened_at for event in moves}
    states = list(subject.process.rail)
    current = subject.state
    if current in states:
        at = states.index(current)
    else:
        left = {event.from_state for event in events or ()}
        states = [state for state in states if state.code in left] or states[:1]
        states.append(current)
        at = len(states) - 1
    return {
        "steps": [
            {
                "state": state,
                "at": reached.get(state.code) if index <= at else None,
                "stands": _stands(index, at),
            }
            for index, state in enumerate(states)
        ],
        "current": current,
        "number": at + 1,
    }


def _stands(index: int, at: int) -> str:
    if index == at:
        return "current"
    return "past" if index < at else "to-come"


@register.simple_tag(takes_context=True)
def importmap(
    context: template.Context, only: frozenset[str] | None = None
) -> SafeString:
    """Bare names of all our modules and libraries, with the names they are served by.

    A module imports ``govmap/http``, never a path: names with a content hash would
    not find each other otherwise. ``only``: of these, where a page is to be light.
    """
    names = {
        name: address
        for name, address in _imports().items()
        if only is None or name in only
    }
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        str(context.get("CSP_NONCE", "")),
        mark_safe(json.dumps({"imports": names})),
    )


def _imports() -> dict[str, str]:
    return _imports_now() if settings.DEBUG else _imports_kept()


@lru_cache(maxsize=1)
def _imports_kept() -> dict[str, str]:
    return _imports_now()


def _imports_now() -> dict[str, str]:
    own = sorted(path.relative_to(OWN_STATIC) for path in OWN_STATIC.rglob("*.js"))
    names = {str(path.with_suffix("")): str(path) for path in own}
    return {name: static(path) for name, path in {**LIBRARIES, **names}.items()}


@register.simple_tag
def shell_words() -> SafeString:
    """The words that shared modules say, from the one catalogue."""
    return json_script(
        {
            **times.patterns(),
            "close": _("Close"),
        },
        "govmap-words",
    )
