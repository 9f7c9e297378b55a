"""The layers that a map of somebody draws, with their styles and their tiles."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.roles import STEWARDS
from layers.models import Layer
from layers.styles.vocabulary import Style, styles_of
from layers.tiles.marks import Known, Mark, mark_of, of_today


@dataclass(frozen=True)
class Drawn:
    """A published layer as one reader sees it."""

    layer: Layer
    styles: list[Style]
    known: Known
    mark: Mark
    day: date | None

    def tiles(self, request: HttpRequest) -> str:
        """The address of its tiles, whole, with the mark so that none is stale."""
        number = self.known.number
        first = reverse("layers:tile", args=(self.layer.code, number, 0, 0, 0))
        pattern = first.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"
        said = {"at": self.day.isoformat()} if self.day else {}
        query = urlencode({**said, "v": self.mark.text})
        return request.build_absolute_uri("/")[:-1] + f"{pattern}?{query}"


def is_trusted(user: User) -> bool:
    """Whether the attributes that are sensitive are this reader's."""
    return user.has_role(*STEWARDS)


def drawn_layers(
    user: User, *, day: date | None = None, among: QuerySet[Layer] | None = None
) -> list[Drawn]:
    """The published layers one sees, the lowest first."""
    layers = Layer.objects.all() if among is None else among
    seen = layers.visible_to(user).filter(published__isnull=False)  # type: ignore[attr-defined]
    known = of_today()
    return [
        Drawn(
            layer,
            styles_of(layer, sees_sensitive=is_trusted(user)),
            known[layer.published_id],
            mark_of(known[layer.published_id], user, day=day),
            day,
        )
        for layer in seen.select_related("provider", "published")
        if layer.published_id in known
    ]
