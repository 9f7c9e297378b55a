"""A worker's list of differences: narrowed, a page at a time by an index."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from offices.models import ComparisonSource, ComparisonTask
from offices.models.ground import ground_of

PAGE = 50
COUNTED = 1000
NAMES = ("source", "kind", "unit", "state")
LATE, ANSWERED = "late", "answered"
Answer = ComparisonTask.Answer


@dataclass
class Page:
    """One page, the newest first."""

    rows: list[ComparisonTask]
    count: int
    values: dict[str, str]
    fields: list[dict[str, Any]] = field(default_factory=list)
    more: str = ""

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"

    @property
    def chips(self) -> list[dict[str, str]]:
        found = []
        for one in self.fields:
            if one["value"]:
                rest = dict(self.values)
                rest.pop(one["name"])
                word = dict(one["choices"]).get(one["value"], one["value"])
                found.append(
                    {
                        "title": str(one["title"]),
                        "word": str(word),
                        "without": "?" + urlencode(rest),
                    }
                )
        return found


def page_of(params: QueryDict, user: User) -> Page:
    """Five queries, whoever asks."""
    values = {
        name: text
        for name in NAMES
        if (text := params.get(name, "").replace("\x00", "").strip()[:60])
    }
    found = narrowed(ComparisonTask.objects.visible_to(user), values)
    rows = found.listed().order_by("-pk")
    after = params.get("after", "")
    after = after if after.isascii() and after.isdigit() and len(after) < 19 else ""
    if after:
        rows = rows.filter(pk__lt=int(after))
    page = list(rows[: PAGE + 1])
    more = ""
    if len(page) > PAGE:
        page = page[:PAGE]
        more = "?" + urlencode({**values, "after": str(page[-1].pk)})
    count = len(page)
    if more or after:
        count = found.order_by()[: COUNTED + 1].count()
    return Page(page, count, values, _fields(values, user), more)


def narrowed(rows: Any, values: dict[str, str]) -> Any:
    """What waits, unless something else is asked for."""
    if text := values.get("source"):
        rows = rows.filter(source__code=text)
    if text := values.get("kind"):
        rows = rows.filter(kind=text)
    if text := values.get("unit"):
        unit = Unit.objects.filter(code=text).first()
        column = "street" if unit and unit.kind == Unit.Kind.STREET else "community"
        rows = rows.filter(**{column: unit.pk}) if unit else rows.none()
    state = values.get("state", "")
    if state == ANSWERED:
        return rows.exclude(answer=Answer.NONE)
    if state == Answer.UNREACHED:
        return rows.filter(answer=Answer.UNREACHED)
    rows = rows.waiting()
    if state == LATE:
        rows = rows.filter(due_on__lt=timezone.localdate())
    return rows


def _fields(values: dict[str, str], user: User) -> list[dict[str, Any]]:
    sources = ComparisonSource.objects.values_list("code", "name")
    told = [
        ("source", _("name of the list"), list(sources)),
        ("kind", _("difference"), list(ComparisonTask.Kind.choices)),
        ("unit", _("Street or community"), _units(user)),
        (
            "state",
            _("answer"),
            [
                (LATE, _("overdue")),
                (str(Answer.UNREACHED), str(Answer.UNREACHED.label)),
                (ANSWERED, _("answered")),
            ],
        ),
    ]
    return [
        {
            "name": name,
            "title": title,
            "choices": choices,
            "value": values.get(name, ""),
        }
        for name, title, choices in told
        if choices
    ]


def _units(user: User) -> list[tuple[str, str]]:
    ground = ground_of(user)
    if ground.whole:
        rows: QuerySet[Unit] = Unit.objects.filter(kind=Unit.Kind.STREET)
    elif ground.streets:
        kind = Unit.Kind.COMMUNITY
        rows = Unit.objects.filter(kind=kind, parent__in=sorted(ground.streets))
    else:
        rows = Unit.objects.filter(pk__in=sorted(ground.communities))
    found = [(unit.code, str(unit)) for unit in rows.order_by("code")]
    return found if len(found) > 1 else []
