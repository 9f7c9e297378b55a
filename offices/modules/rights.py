"""Who may do what with the entries of a module: its definition says it, per post."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import Membership, Unit, User
from accounts.roles import OFFICES, Role
from offices.models.module import Module
from offices.modules.definition import Definition, definitions_of

USES = OFFICES | {Role.COMMUNITY_WORKER, Role.GRID_WORKER, Role.LEADER}
READ, WRITE, EXPORT = "read", "write", "export"
RIGHTS = (READ, WRITE, EXPORT)
# Where somebody's post must lie, seen from the record.
STREET, COMMUNITY, OWNER = "street", "community", "owner"
DISTRICT, DEPARTMENT, CREATOR = "district", "department", "creator"
WHERE = (STREET, COMMUNITY, OWNER, DISTRICT, DEPARTMENT, CREATOR)


@dataclass(frozen=True)
class Ground:
    """Where a right reaches: everywhere, or to these streets and communities."""

    everywhere: bool = False
    streets: frozenset[int] = frozenset()
    communities: frozenset[int] = frozenset()
    own: bool = False

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.streets or self.communities or self.own)

    def __or__(self, other: "Ground") -> "Ground":
        return Ground(
            self.everywhere or other.everywhere,
            self.streets | other.streets,
            self.communities | other.communities,
            self.own or other.own,
        )

    def within(self, street: int, *, is_there: bool) -> "Ground":
        """What of it lies in one street, for a post that stands there or does not."""
        if self.everywhere:
            return Ground(streets=frozenset({street}))
        return self if is_there else Ground()

    def covers(self, record: Any, user: User) -> bool:
        if self.everywhere or record.street_id in self.streets:
            return True
        if record.community_id and record.community_id in self.communities:
            return True
        return self.own and record.creator_id == user.pk


def _street_of(unit: Unit) -> int | None:
    """The street that the unit is, or that it stands right under."""
    if unit.kind == Unit.Kind.STREET:
        return unit.pk
    return None if unit.kind == Unit.Kind.DISTRICT else unit.parent_id


def _reach(entry: dict[str, Any], post: Membership, owner: str) -> Ground:
    """How far one entry of a right reaches for one post that has its role."""
    unit, where = post.unit, entry["where"]
    street = _street_of(unit)
    if where == CREATOR:
        return Ground(own=True)
    if where == DISTRICT:
        return Ground(everywhere=unit.kind == Unit.Kind.DISTRICT)
    if where == DEPARTMENT:
        return Ground(everywhere=unit.code == entry.get("unit"))
    if where == COMMUNITY:
        is_one = unit.kind == Unit.Kind.COMMUNITY
        return Ground(communities=frozenset({unit.pk}) if is_one else frozenset())
    if where == OWNER:
        if unit.code == owner:
            return Ground(everywhere=True)
        mine = street and unit.code.endswith(f"-{owner}")
        return Ground(streets=frozenset({street}) if mine and street else frozenset())
    # A community is a part of its street and not the street.
    if unit.kind == Unit.Kind.COMMUNITY or street is None:
        return Ground()
    return Ground(streets=frozenset({street}))


def ground_of(
    user: User,
    entries: Iterable[dict[str, Any]],
    owner: str,
    street: int | None = None,
) -> Ground:
    """How far all entries of a right reach for this person; of a street's own module
    no further than its ``street``.
    """
    reach = Ground()
    for entry in entries:
        for post in user.posts:
            if post.role == entry["role"]:
                found = _reach(entry, post, owner)
                if street is not None:
                    found = found.within(
                        street, is_there=_street_of(post.unit) == street
                    )
                reach = reach | found
    return reach


# Key, owner, published version, street.
Published = tuple[int, str, int, int | None]


def modules_published() -> list[Published]:
    """Each module, its street where it is one street's own: one query."""
    rows = Module.objects.filter(published__isnull=False)
    return list(rows.values_list("pk", "owner", "published_id", "street_id"))


def published_for(user: User) -> list[Published]:
    """As `modules_published`, once a request."""
    if "_modules" not in user.__dict__:
        user.__dict__["_modules"] = modules_published()
    found: list[Published] = user.__dict__["_modules"]
    return found


def grounds_of(user: User, right: str) -> dict[Ground, tuple[int, ...]]:
    """The modules whose right the person has, by how far it reaches; once a request."""
    kept: dict[str, dict[Ground, tuple[int, ...]]] = user.__dict__.setdefault(
        "_module_grounds", {}
    )
    if right not in kept:
        found: dict[Ground, list[int]] = defaultdict(list)
        modules = published_for(user)
        definitions = definitions_of(row[2] for row in modules)
        for pk, owner, version, street in modules:
            entries = definitions[version].rights(right)
            if reach := ground_of(user, entries, owner, street):
                found[reach].append(pk)
        kept[right] = {reach: tuple(pks) for reach, pks in found.items()}
    return kept[right]


def ground_in(user: User, module: Module, right: str) -> Ground:
    """How far the right reaches in this module."""
    for reach, modules in grounds_of(user, right).items():
        if module.pk in modules:
            return reach
    return Ground()


def may(user: User, record: Any, right: str) -> bool:
    """Whether the right of its module reaches this record."""
    return ground_in(user, record.module, right).covers(record, user)


def may_open(user: User, record: Any, level: str, definition: Definition) -> bool:
    """Whether he may have the values of this sensitivity shown (a logged reading).

    Where the definition says nothing of personal values (S2), who writes may.
    """
    if level == "S1":
        return True
    entries = definition.opens(level)
    if entries is None:
        return level == "S2" and may(user, record, WRITE)
    return ground_of(user, entries, record.module.owner).covers(record, user)


def owners_of(owner: str, street: Unit | None) -> set[int]:
    """The unit of that code, or the street's office whose code ends so."""
    codes = Q(code=owner)
    if street is not None:
        codes |= Q(code=f"{street.code}-{owner}")
    return set(Unit.objects.filter(codes).values_list("pk", flat=True))


def readable_modules(user: User) -> list[Module]:
    """The modules of which the person reads something, in order: two queries."""
    keys = {pk for pks in grounds_of(user, READ).values() for pk in pks}
    rows = Module.objects.published().filter(pk__in=keys)
    return list(rows.select_related("application", "published"))


def can_use_offices(user: User) -> bool:
    """Whether any module lets the person read something: one query."""
    return bool(grounds_of(user, READ))


def works_in_offices(user: User) -> bool:
    """Whose pages the six applications are among, as far as his posts say: no query."""
    return user.has_role(*USES)
