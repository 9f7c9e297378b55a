"""Where an entry of a register lies, and who therefore sees it."""

from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from accounts.roles import DESK, STEWARDS, Role
from layers.models import GridCell

# Whose work is people and dwellings: who goes there, the desk of the street, and who
# keeps the data in order. Of the six offices, who holds a post in one of them.
KEEPS = frozenset({Role.GRID_WORKER, Role.COMMUNITY_WORKER, *DESK, *STEWARDS})


class State(models.TextChoices):
    """Nothing is deleted: an entry that ends stays, and says how it ended."""

    HERE = "here", _("here")
    AWAY = "away", _("moved away")
    DEAD = "dead", _("deceased")
    GONE = "gone", _("no longer there")
    MERGED = "merged", _("merged into another")


HERE = Q(state=State.HERE)


@dataclass(frozen=True)
class OwnGround:
    """The streets and communities of somebody's posts; ``whole``: the district."""

    whole: bool = False
    streets: frozenset[int] = frozenset()
    communities: frozenset[int] = frozenset()

    @property
    def is_none(self) -> bool:
        return not (self.whole or self.streets or self.communities)

    def holds(self, row: Any) -> bool:
        return (
            self.whole
            or row.street_id in self.streets
            or row.community_id in self.communities
        )


def ground_of(user: User) -> OwnGround:
    """Where this person's posts let him read the registers.

    A post in an office counts for the street or the district that the office belongs
    to; departments and contractors have no ground. The district's desk supervises
    cases: of its posts only who keeps the data has the whole of the registers.
    """
    streets, communities = set[int](), dict[int, int | None]()
    for post in user.posts:
        if post.role not in KEEPS and post.unit.kind != Unit.Kind.OFFICE:
            continue
        unit = post.unit
        if unit.kind == Unit.Kind.DISTRICT and post.role not in STEWARDS:
            continue
        if unit.kind == Unit.Kind.OFFICE and unit.parent is not None:
            unit = unit.parent
        if unit.kind == Unit.Kind.DISTRICT:
            return OwnGround(whole=True)
        if unit.kind == Unit.Kind.STREET:
            streets.add(unit.pk)
        elif unit.kind == Unit.Kind.COMMUNITY:
            communities[unit.pk] = unit.parent_id
    own = {pk for pk, street in communities.items() if street not in streets}
    return OwnGround(False, frozenset(streets), frozenset(own))


def on_ground(ground: OwnGround, prefix: str = "") -> Q:
    """Rows there, or rows whose ``prefix`` is there. Not for the whole district."""
    where = Q()
    if ground.streets:
        where |= _is(f"{prefix}street", ground.streets)
    if ground.communities:
        where |= _is(f"{prefix}community", ground.communities)
    return where


def _is(name: str, ids: frozenset[int]) -> Q:
    """One is asked for as one: the planner then reads the index in its order."""
    return Q(**{name: min(ids)}) if len(ids) == 1 else Q(**{f"{name}__in": sorted(ids)})


class GroundQuerySet(models.QuerySet[Any]):
    """Rows that have a street, a community and a cell."""

    def visible_to(self, user: User) -> Self:
        """Pages, lists, matches and the API all start here.

        Unit ids stand in the query as numbers: an index on (unit, id) answers it.
        """
        ground = ground_of(user)
        if ground.whole:
            return self
        if ground.is_none:
            return self.none()
        return self.filter(on_ground(ground))

    def listed(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related("community", "street")

    def here(self) -> Self:
        """Those that have not ended."""
        return self.filter(state=State.HERE)


class Entry(models.Model):
    """What every entry of a register has: where it lies, whence it came, how it ended.

    ``source_unit`` told of it (谁提供、谁负责); empty: somebody wrote it here.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    state = models.CharField(
        _("state"), max_length=6, choices=State, default=State.HERE
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    cell = models.ForeignKey(
        GridCell,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("cell"),
    )
    community = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("community"),
    )
    street = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("street"),
    )
    source = models.CharField(_("source"), max_length=10, blank=True)
    source_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("source unit"),
    )
    # The entry's key in the source's own list.
    source_key = models.CharField(_("source key"), max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    # When somebody who looks after it last said that all of it is still right.
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def ground_indexes(name: str) -> list[models.Index]:
    """What lists and counts of one register read, the newest entry first."""
    indexes = [
        models.Index(fields=[unit, "-id"], condition=HERE, name=f"{name}_by_{unit}")
        for unit in ("street", "community", "cell")
    ]
    return [
        *indexes,
        models.Index(
            fields=["source_unit", "source_key"],
            condition=~Q(source_key=""),
            name=f"{name}_by_source",
        ),
        models.Index(fields=["state", "-id"], condition=~HERE, name=f"{name}_by_end"),
    ]
