"""Whose wall: the unit, the areas that its figures sum up, those that it compares."""

from dataclasses import dataclass

from accounts.models import Unit


@dataclass(frozen=True)
class Ground:
    """A district with its streets, or a street with its communities."""

    unit: Unit
    parts: list[Unit]

    @property
    def is_district(self) -> bool:
        return self.unit.kind == Unit.Kind.DISTRICT

    @property
    def whole(self) -> list[int]:
        """Ids of the units whose sum is the wall's figure."""
        if self.is_district:
            return [part.pk for part in self.parts]
        return [self.unit.pk]

    @property
    def keys(self) -> list[int]:
        """Ids of all units of which something is shown."""
        return list({*self.whole, *(part.pk for part in self.parts)})

    @property
    def street(self) -> int | None:
        """The one street that it is about; None: all of them."""
        return None if self.is_district else self.unit.pk


def short_name(unit: Unit) -> str:
    """Without the words for the committee of a community: they cost half a line."""
    return str(unit).removesuffix("居民委员会").removesuffix("居委会")


def map_name(unit: Unit) -> str:
    """As maps write it: what kind of area it is, the whole map says."""
    return short_name(unit).removesuffix("社区").removesuffix("街道")


def ground_of(unit: Unit) -> Ground:
    """One query."""
    kind = Unit.Kind.COMMUNITY
    below = Unit.objects.filter(parent=unit)
    if unit.kind == Unit.Kind.DISTRICT:
        # A district's figures are those of its streets, as in the evaluation.
        kind, below = Unit.Kind.STREET, Unit.objects.all()
    return Ground(unit, list(below.filter(kind=kind).order_by("code")))
