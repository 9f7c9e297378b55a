"""What the homes of the applications show: counts of what is open, due and overdue."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from offices.models.application import Application
from offices.models.module import Module
from offices.models.record import Record, RecordDue
from offices.modules.definition import Definition, definition_of
from offices.modules.lists import Row, dressed
from offices.modules.rights import READ, Ground, grounds_of, readable_modules
from workflow.models import Deadline, Phase
from workflow.models.process import states_of

COUNTED = 1000
SHOWN = 20


@dataclass
class Tile:
    """A module on a home page. Counts stop at `COUNTED`."""

    module: Module
    open: int = 0
    due: int = 0
    overdue: int = 0

    @property
    def definition(self) -> Definition:
        assert self.module.published_id
        return definition_of(self.module.published_id)


@dataclass
class ApplicationTile:
    application: Application
    modules: list[Tile] = field(default_factory=list)

    @property
    def due(self) -> int:
        return sum(tile.due for tile in self.modules)

    @property
    def overdue(self) -> int:
        return sum(tile.overdue for tile in self.modules)

    @property
    def open(self) -> int:
        return sum(tile.open for tile in self.modules)


def _on(ground: Ground, user: User, prefix: str = "") -> Q:
    """Rows with a street and a community that a right reaches."""
    if ground.everywhere:
        return Q()
    where = Q(pk__in=[])
    if ground.streets:
        where |= Q(**{f"{prefix}street__in": ground.streets})
    if ground.communities:
        where |= Q(**{f"{prefix}community__in": ground.communities})
    return where


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    found = rows.order_by().values_list("module").annotate(count=Count("pk"))
    return dict(found)


def tiles_of(user: User) -> list[ApplicationTile]:
    """By application; three queries for each way in which the rights reach."""
    modules = readable_modules(user)
    today = timezone.localdate()
    opened: Counter[int] = Counter()
    due: Counter[int] = Counter()
    overdue: Counter[int] = Counter()
    for ground, keys in grounds_of(user, READ).items():
        where = _on(ground, user)
        records = Record.objects.filter(where, module__in=keys, ended_at__isnull=True)
        opened.update(_counted(records))
        days = RecordDue.objects.filter(where, module__in=keys, remind_on__lte=today)
        due.update(_counted(days.filter(due_on__gte=today)))
        overdue.update(_counted(days.filter(due_on__lt=today)))
    found: dict[int, ApplicationTile] = {}
    for module in modules:
        tile = Tile(module, opened[module.pk], due[module.pk], overdue[module.pk])
        of = found.setdefault(
            module.application_id, ApplicationTile(module.application)
        )
        of.modules.append(tile)
    return list(found.values())


@dataclass(frozen=True)
class Slice:
    """One bar of a chart: how many, of what, and the list of just these."""

    label: str
    count: int
    share: int  # per cent of the longest
    address: str
    phase: str = ""


@dataclass
class DueRow:
    row: Row
    title: str
    due_on: date
    is_overdue: bool
    module: Module


@dataclass
class Home:
    """One application for one reader."""

    application: Application
    tiles: list[Tile]
    user: User

    @property
    def modules(self) -> list[Module]:
        return [tile.module for tile in self.tiles]

    @property
    def overdue_count(self) -> int:
        return sum(tile.overdue for tile in self.tiles)

    @property
    def due_count(self) -> int:
        return sum(tile.due for tile in self.tiles)

    @property
    def open_count(self) -> int:
        return sum(tile.open for tile in self.tiles)

    @cached_property
    def days(self) -> list[DueRow]:
        """The days that have come near, the oldest first."""
        today = timezone.localdate()
        keys = [module.pk for module in self.modules]
        rows = RecordDue.objects.filter(module__in=keys, remind_on__lte=today)
        seen = Record.objects.visible_to(self.user).filter(module__in=keys)
        rows = rows.filter(record__in=seen.values("pk"))
        found = list(rows.order_by("due_on", "pk")[:SHOWN])
        return self._shown([(due.record_id, due) for due in found], today)

    def _shown(self, pairs: list[tuple[int, RecordDue]], today: date) -> list[DueRow]:
        modules = {module.pk: module for module in self.modules}
        records = Record.objects.filter(pk__in=[pk for pk, _due in pairs])
        rows = dressed(records.select_related("street", "community"), self.user)
        by_key = {row.record.pk: row for row in rows}
        made = []
        for pk, due in pairs:
            row = by_key[pk]
            definition = definition_of(row.record.version_id)
            titles = {one.code: one.title for one in definition.reminders}
            made.append(
                DueRow(
                    row,
                    titles.get(due.code, due.code),
                    due.due_on,
                    due.due_on < today,
                    modules[due.module_id],
                )
            )
        return made

    @cached_property
    def late(self) -> list[tuple[Row, Module, Deadline]]:
        """Records of which a limit runs beyond its time."""
        keys = [module.pk for module in self.modules]
        modules = {module.pk: module for module in self.modules}
        limits = Deadline.objects.running().filter(
            kind=Record.KIND, due_at__lt=timezone.now(), paused_at__isnull=True
        )
        seen = Record.objects.visible_to(self.user).filter(module__in=keys)
        found = list(
            limits.filter(subject_id__in=seen.values("pk")).order_by("due_at")[:SHOWN]
        )
        records = Record.objects.filter(pk__in=[row.subject_id for row in found])
        rows = dressed(records.select_related("street", "community"), self.user)
        by_key = {row.record.pk: row for row in rows}
        return [
            (row, modules[row.record.module_id], limit)
            for limit in found
            if (row := by_key.get(limit.subject_id))
        ]

    @cached_property
    def mix(self) -> list[Slice]:
        """What is open, by module."""
        most = max((tile.open for tile in self.tiles), default=0) or 1
        return [
            Slice(
                str(tile.module),
                tile.open,
                round(100 * tile.open / most),
                f"/modules/{tile.module.code}/",
            )
            for tile in self.tiles
        ]

    @cached_property
    def stands(self) -> list[Slice]:
        """What is open and what has ended, by phase."""
        counts: Counter[str] = Counter()
        for ground, keys in grounds_of(self.user, READ).items():
            mine = set(keys) & {module.pk for module in self.modules}
            rows = Record.objects.filter(_on(ground, self.user), module__in=mine)
            found = rows.order_by().values_list("process", "state")
            for process, state, count in found.annotate(count=Count("pk")):
                counts[_phase(process, state)] += count
        most = max(counts.values(), default=0) or 1
        return [
            Slice(
                str(phase.label),
                counts[phase.value],
                round(100 * counts[phase.value] / most),
                "",
                phase.value,
            )
            for phase in Phase
            if counts[phase.value]
        ]


def _phase(process: int, state: int) -> str:
    return next(row.phase for row in states_of(process) if row.pk == state)


def home_of(application: Application, user: User) -> Home:
    tiles = [tile for tile in tiles_of(user) if tile.application.pk == application.pk]
    return Home(application, tiles[0].modules if tiles else [], user)
