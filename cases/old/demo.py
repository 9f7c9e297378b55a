"""An invented export of the system that was there before, taken in as a real one is.

Names, texts and figures are made up; it covers the months before the demonstration's
own cases, so that comparisons with the year before are not empty.
"""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db.models import Q
from django.utils import timezone

from accounts.models import Unit, User
from accounts.roles import Role
from cases.models import Case, OldImport, OldSystem, SentTable
from cases.old import running
from cases.old.columns import COLUMNS
from layers.models import Address
from workflow.models import Category

SEED, CASES, DAYS = 2025, 600, 420
NAME = "数字城管案卷导出（演示）.csv"
PERSONS = ("举报人", "举报人电话")
FURTHER = "核查意见"
ORIGINS = ("1", "1", "1", "11", "2", "34", "31")
SAID = {
    "part": "{name}破损，影响通行，请尽快修复。",
    "event": "巡查发现{name}，请及时处理。",
}


def make(say: Callable[[str], None]) -> int:
    """Once; how many cases it holds."""
    by = User.objects.filter(
        Q(memberships__role=Role.SYSTEM), is_active=True
    ).order_by("pk").first()  # fmt: skip
    if by is None or OldImport.objects.filter(name=NAME).exists():
        return 0
    system, _made = OldSystem.objects.get_or_create(
        code="szcg", defaults={"name": "数字城管（原系统）"}
    )
    file = io.BytesIO(_export(Random(SEED)).encode("gb18030"))
    run = running.carry_out(running.send(by, system, NAME, file, job=False))
    if run.status == SentTable.Status.LOOKED:
        run = running.carry_out(running.take(run, by, job=False))
    say(f"{run.counts.get('new', 0)} invented cases of an old system")
    return int(run.counts.get("new", 0))


def _export(rng: Random) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(column.title for column in COLUMNS), *PERSONS, FURTHER])
    first = Case.objects.order_by("reported_at").first()
    until = first.reported_at if first else timezone.now()
    classes = list(Category.objects.choosable().select_related("parent"))
    classes = [one for one in classes if one.parent][:: max(1, len(classes) // 40)]
    keys = list(Address.objects.order_by("pk").values_list("pk", flat=True))
    places = list(
        Address.objects.filter(pk__in=rng.sample(keys, min(len(keys), CASES)))
    )
    units = list(Unit.objects.disposing().order_by("code"))
    streets = list(Unit.objects.filter(kind=Unit.Kind.STREET))
    for number in range(CASES if classes and places and units else 0):
        moment = until - timedelta(days=rng.uniform(0.5, DAYS))
        row = _row(rng, number, moment, rng.choice(classes))
        row |= _where(rng.choice(places), streets)
        row["unit"] = rng.choice(units).name
        if number % 97 == 0:
            row["unit"] = "原市容监察队"  # nobody knows it any more
        writer.writerow(
            [*(row.get(column.name, "") for column in COLUMNS), "王某", "13900000000",
             rng.choice(["已清理", "已修复", "情况属实，已处理"])]
        )  # fmt: skip
    return out.getvalue()


def _row(
    rng: Random, number: int, moment: datetime, category: Category
) -> dict[str, str]:
    limit = timedelta(hours=rng.choice([4, 12, 24, 72]))
    begun = moment + timedelta(minutes=rng.randrange(10, 60))
    due = begun + limit
    done = begun + limit * (rng.uniform(1.1, 1.8) if rng.random() < 0.12 else 0.6)
    closed = done + timedelta(hours=rng.uniform(1, 20))
    late = done > due
    assert category.parent
    return {
        "number": f"{timezone.localtime(moment):%Y%m%d}{number:05d}",
        "kind": "部件" if category.kind == Category.Kind.PART else "事件",
        "main_class": category.parent.name,
        "sub_class": category.name,
        "origin": rng.choice(ORIGINS),
        "note": SAID[category.kind].format(name=category.name),
        "node": "101",
        "ending": "超时结案" if late else "正常结案",
        "reported_at": _said(moment),
        "accepted_at": _said(moment + timedelta(minutes=5)),
        "filed_at": _said(begun),
        "dispatched_at": _said(begun + timedelta(minutes=12)),
        "due_at": _said(due),
        "bundle_due_at": _said(due + timedelta(hours=24)),
        "disposed_at": _said(done),
        "checked_at": _said(closed - timedelta(minutes=40)),
        "closed_at": _said(closed),
        "reworks": str(int(rng.random() < 0.07)),
        "returns": str(int(rng.random() < 0.05)),
        "extensions": str(int(rng.random() < 0.04)),
    }


def _said(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def _where(address: Address, streets: list[Unit]) -> dict[str, str]:
    name = next((unit.name for unit in streets if unit.name in address.text), "")
    x, y = f"{address.place.x:.6f}", f"{address.place.y:.6f}"
    return {"address": address.text, "x": x, "y": y, "street": name}
