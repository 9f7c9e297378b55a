"""What the homes of the applications show: counts of what is open, due and overdue.

Everything is counted by the database over what the reader may read, in a few queries
however many modules and records there are.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from offices.models.application import Application
from offices.models.module import Module
from offices.models.record import Record, RecordDue
from offices.modules.asked import late_limits, limits_today
from offices.modules.definition import Definition, definition_of
from offices.modules.rights import READ, Ground, grounds_of, readable_modules
from workflow.models import Deadline, Request
from workflow.models.process import states_of

SHOWN = 10  # rows of what is due
OF_A_LIMIT = ("name", "due_at", "yellow_at")  # what a light shows
PART = "·"  # between the name of a module and that of a part of it


@dataclass
class Tile:
    """One part of a module: what is open in it, late, overdue, due today and soon.

    ``late``: a limit of a step has passed; ``overdue``: a day that a field names.
    """

    module: Module
    open: int = 0
    late: int = 0
    overdue: int = 0
    today: int = 0
    soon: int = 0
    asked: int = 0  # in which somebody waits for an answer
    phases: Counter[str] = field(default_factory=Counter)

    @property
    def definition(self) -> Definition:
        assert self.module.published_id
        return definition_of(self.module.published_id)

    @property
    def part(self) -> str:
        """Its name within its group."""
        return str(self.module).partition(PART)[2] or str(self.module)


class Sums:
    """Sums over the tiles that something holds."""

    tiles: list[Tile]

    @property
    def open(self) -> int:
        return sum(tile.open for tile in self.tiles)

    @property
    def late(self) -> int:
        return sum(tile.late for tile in self.tiles)

    @property
    def overdue(self) -> int:
        return sum(tile.overdue for tile in self.tiles)

    @property
    def today(self) -> int:
        return sum(tile.today for tile in self.tiles)

    @property
    def soon(self) -> int:
        return sum(tile.soon for tile in self.tiles)

    @property
    def asked(self) -> int:
        return sum(tile.asked for tile in self.tiles)


@dataclass
class Group(Sums):
    """A module of the guide with its parts; one that is whole is alone in it."""

    title: str
    tiles: list[Tile] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return str(self.tiles[0].definition.symbol.get("icon") or "file-text")

    @property
    def is_whole(self) -> bool:
        return len(self.tiles) == 1


def groups_of(tiles: list[Tile]) -> list[Group]:
    """Parts of one module of the guide stand together, in the order of the first."""
    found: dict[object, Group] = {}
    for tile in tiles:
        number = tile.module.guide_number
        title = str(tile.module).partition(PART)[0]
        key = (number, title) if number else tile.module.code
        found.setdefault(key, Group(title)).tiles.append(tile)
    for group in found.values():
        if group.is_whole:
            group.title = str(group.tiles[0].module)
    return list(found.values())


@dataclass
class ApplicationTile(Sums):
    application: Application
    tiles: list[Tile] = field(default_factory=list)

    @property
    def groups(self) -> list[Group]:
        return groups_of(self.tiles)


def _on(ground: Ground, user: User, prefix: str = "") -> Q:
    """Rows with a street and a community that a right reaches."""
    if ground.everywhere:
        return Q()
    where = Q(pk__in=[])
    if ground.streets:
        where |= Q(**{f"{prefix}street__in": ground.streets})
    if ground.communities:
        where |= Q(**{f"{prefix}community__in": ground.communities})
    if ground.own:
        where |= Q(record__creator=user)
    return where


def dues_for(user: User, keys: set[int]) -> QuerySet[RecordDue]:
    """Days that have come near, of what the person reads of these modules."""
    whole = Q(pk__in=[])
    for ground, modules in grounds_of(user, READ).items():
        if mine := keys & set(modules):
            whole |= Q(module__in=sorted(mine)) & _on(ground, user)
    return RecordDue.objects.filter(whole, remind_on__lte=timezone.localdate())


def open_requests() -> QuerySet[Request]:
    """Of the outer record: what was asked for and waits for an answer."""
    return Request.objects.open().filter(kind=Record.KIND, subject_id=OuterRef("pk"))


def seen_records(user: User, keys: set[int]) -> QuerySet[Record]:
    return Record.objects.visible_to(user).filter(module__in=sorted(keys))


def count_into(tiles: dict[int, Tile], user: User) -> None:
    """Two queries: where all stand, with what runs late and what waits for an answer;
    and what days have come."""
    keys = set(tiles)
    going = Q(ended_at__isnull=True)
    stands = seen_records(user, keys).order_by().values_list("module", "process")
    for module, process, state, count, is_open, late, asked in stands.annotate(
        where=F("state"),
        n=Count("pk"),
        open=Count("pk", filter=going),
        late=Count("pk", filter=going & Q(Exists(late_limits()))),
        asked=Count("pk", filter=Q(Exists(open_requests()))),
    ):
        tile = tiles[module]
        tile.open += is_open
        tile.late += late
        tile.asked += asked
        tile.phases[phase_of(process, state)] += count
    today = timezone.localdate()
    days = dues_for(user, keys).order_by().values_list("module")
    for module, overdue, now, soon in days.annotate(
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        now=Count("pk", filter=Q(due_on=today)),
        soon=Count("pk", filter=Q(due_on__gt=today)),
    ):
        tile = tiles[module]
        tile.overdue, tile.today, tile.soon = overdue, now, soon


def tiles_of(
    user: User, modules: Sequence[Module] | None = None
) -> list[ApplicationTile]:
    """By application, of the modules that the person reads: two queries, and two more
    where they are not given."""
    known = readable_modules(user) if modules is None else modules
    tiles = {module.pk: Tile(module) for module in known}
    if tiles:
        count_into(tiles, user)
    found: dict[int, ApplicationTile] = {}
    for tile in tiles.values():
        key = tile.module.application_id
        of = found.setdefault(key, ApplicationTile(tile.module.application))
        of.tiles.append(tile)
    return list(found.values())


def phase_of(process: int, state: int) -> str:
    return next(row.phase for row in states_of(process) if row.pk == state)


@dataclass(frozen=True)
class DueRow:
    """A day of a record: what it is for, and whether it is past, today or near."""

    record: Record
    title: str
    due_on: date
    when: str  # overdue, today, soon


@dataclass(frozen=True)
class LateRow:
    record: Record
    title: str
    limit: Deadline


@dataclass
class Home(Sums):
    """One application for one reader."""

    application: Application
    tiles: list[Tile]
    user: User

    @cached_property
    def keys(self) -> set[int]:
        return {tile.module.pk for tile in self.tiles}

    @cached_property
    def groups(self) -> list[Group]:
        return groups_of(self.tiles)

    @cached_property
    def modules(self) -> dict[int, Module]:
        return {tile.module.pk: tile.module for tile in self.tiles}

    @property
    def seen(self) -> QuerySet[Record]:
        return seen_records(self.user, self.keys)

    @cached_property
    def days(self) -> list[DueRow]:
        """The days that have come near, the oldest first."""
        today = timezone.localdate()
        rows = dues_for(self.user, self.keys).select_related(
            "record__street", "record__community"
        )
        rows = rows.defer("record__personal", "record__sensitive", "record__words")
        return [
            DueRow(self._named(due.record), _title(due), due.due_on, _when(due, today))
            for due in rows.order_by("due_on", "pk")[:SHOWN]
        ]

    @cached_property
    def limits(self) -> list[LateRow]:
        """Steps whose limit has passed or ends today, the longest passed first."""
        first = limits_today().filter(subject_id=OuterRef("pk")).order_by("due_at")
        rows: QuerySet[Any] = self.seen.filter(ended_at__isnull=True).annotate(
            **{f"limit_{one}": Subquery(first.values(one)[:1]) for one in OF_A_LIMIT}
        )
        rows = _lean(rows.filter(limit_due_at__isnull=False))
        found = []
        for record in rows.order_by("limit_due_at", "pk")[:SHOWN]:
            said = {one: getattr(record, f"limit_{one}") for one in OF_A_LIMIT}
            title = record.process.limit_label(said["name"])
            found.append(LateRow(self._named(record), title, Deadline(**said)))
        return found

    def _named(self, record: Record) -> Record:
        """With its module, which is known already."""
        record.module = self.modules[record.module_id]
        return record


def _lean(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("street", "community").defer(
        "personal", "sensitive", "words"
    )


def _title(due: RecordDue) -> str:
    definition = definition_of(due.record.version_id)
    titles = {one.code: one.title for one in definition.reminders}
    return titles.get(due.code, due.code)


def _when(due: RecordDue, today: date) -> str:
    if due.due_on < today:
        return "overdue"
    return "today" if due.due_on == today else "soon"


def home_of(application: Application, user: User, modules: Sequence[Module]) -> Home:
    """Of these modules of it, which the person reads."""
    found = tiles_of(user, modules)
    return Home(application, found[0].tiles if found else [], user)
