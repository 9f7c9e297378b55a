"""书签 and 标绘: what a person keeps of the map, and who sees and changes it."""

import re
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from layers.map_tools.shapes import Kind, Shape
from layers.models import MapView, Sketch
from layers.models.map_kept import (
    ADDRESS_MOST,
    KEPT_MOST,
    SHAPES_MOST,
    TITLE_MOST,
    WORDS_MOST,
)

Kept = TypeVar("Kept", MapView, Sketch)
# Of the map's own page and of nothing else: a kept address is followed by a click.
ADDRESS = re.compile(r"(\?[\w\-.~%=&,:+*]*)?#[\d.]+/-?[\d.]+/-?[\d.]+", re.ASCII)


class NoTitle(BadInput):
    """Give it a name of at most 60 signs."""

    message = gettext_noop("Give it a name of at most 60 signs.")


class BadView(BadInput):
    """This is no view of the map. Open the map and keep it there."""

    message = gettext_noop(
        "This is no view of the map. Open the map and keep it there."
    )


class NoShapes(BadInput):
    """Draw at least one shape, at most 100."""

    message = gettext_noop("Draw at least one shape, at most 100.")


class LongWords(BadInput):
    """The words of a shape are at most 60 signs."""

    message = gettext_noop("The words of a shape are at most 60 signs.")


class KeptEnough(BadInput):
    """You keep 200 of them already. Delete one that you no longer need."""

    message = gettext_noop(
        "You keep 200 of them already. Delete one that you no longer need."
    )


class TakenName(Conflict):
    """Something else has this number. Load the page anew and try again."""

    message = gettext_noop(
        "Something else has this number. Load the page anew and try again."
    )


def keep_view(owner: User, *, uuid: UUID, title: str, address: str) -> MapView:
    """A view; sent again with its uuid, the same. Raises BadInput, TakenName (409)."""
    title = _title(title)
    if len(address) > ADDRESS_MOST or not ADDRESS.fullmatch(address):
        raise BadView
    if found := MapView.objects.filter(uuid=uuid, owner=owner).first():
        return found
    if MapView.objects.filter(owner=owner).count() >= KEPT_MOST:
        raise KeptEnough
    return _made(MapView(uuid=uuid, owner=owner, title=title, address=address))


def keep_sketch(
    owner: User,
    *,
    uuid: UUID,
    title: str,
    shapes: list[dict[str, Any]],
    shared: bool,
) -> Sketch:
    """A sketch of one's own, made or changed. Raises BadInput, TakenName (409)."""
    unit = min(owner.unit_ids, default=None) if shared else None
    said: dict[str, Any] = {
        "title": _title(title),
        "shapes": _shapes(shapes),
        "shared": unit is not None,
        "unit_id": unit,
    }
    rows = Sketch.objects.filter(owner=owner)
    if rows.filter(uuid=uuid).update(**said):
        return rows.get(uuid=uuid)
    if rows.count() >= KEPT_MOST:
        raise KeptEnough
    return _made(Sketch(uuid=uuid, owner=owner, **said))


def _made(row: Kept) -> Kept:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise TakenName from error
    return row


def _title(text: str) -> str:
    title = text.strip()
    if not 0 < len(title) <= TITLE_MOST:
        raise NoTitle
    return title


def _shapes(shapes: list[dict[str, Any]]) -> list[dict[str, str]]:
    if not 0 < len(shapes) <= SHAPES_MOST:
        raise NoShapes
    return [_shape(one) for one in shapes]


def _shape(said: dict[str, Any]) -> dict[str, str]:
    words = str(said.get("words", "")).strip()
    if len(words) > WORDS_MOST:
        raise LongWords
    shape = Shape(Kind(said["kind"]), str(said["shape"]))
    _ = shape.geometry  # raises where it is none
    return {"kind": shape.kind.value, "shape": shape.text, "words": words}
