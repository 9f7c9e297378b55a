"""Cases whose limits pause with a day, are extended by an amount, and exempted."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Unit
from accounts.robots import robot
from cases.models import Case
from tests.workflow import asking
from workflow.loading import load_processes
from workflow.models import (
    Deadline,
    LadderStep,
    Notice,
    OwnPhrase,
    Phrase,
    Process,
    SpecialPeriod,
)
from workflow.record import canonical_text, digest_of

LABEL = {"zh-hans": "某事", "en": "Something"}
DISPATCHER = [{"role": "dispatcher", "at": "street"}]


def load(folder: Path) -> Process:
    """The process of ``asking`` with more evidence; it becomes the default of cases."""
    data = json.loads(asking.DATA.read_text("utf-8"))
    data |= {"code": "pausing"}
    moves = {move["verb"]: move for move in data["transitions"]}
    moves["rest"]["evidence"] = {"until": {"label": LABEL, "most": 90}}
    moves["rest"]["effects"].append("notify:paused:host")
    moves["urge"] |= {"auto": True, "evidence": {}}
    data["transitions"] += [
        {
            **{"verb": "lengthen", "from": ["work"], "label": LABEL},
            "who": DISPATCHER,
            "evidence": {"limit": {"label": LABEL, "most": 20}},
            "effects": ["extend:disposal"],
        },
        {
            **{"verb": "spare", "from": ["work", "over"], "label": LABEL},
            "who": DISPATCHER,
            "evidence": {"reason": {"required": True, "label": LABEL}},
            "reasons": [{"code": "weather", "label": LABEL}],
            "effects": ["exempt:disposal"],
        },
    ]
    (folder / "pausing.json").write_text(json.dumps(data), "utf-8")
    list(load_processes(folder))
    return Process.objects.current("case")


def the_limit(case: Case, name: str = "disposal") -> Deadline:
    return Deadline.objects.named(case, name).latest("pk")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def back(row: Deadline, length: timedelta, **more: Any) -> Deadline:
    """As if the limit had begun so much earlier, everything with it."""
    names = ("started_at", "since", "yellow_at", "due_at", "first_due_at", "look_at")
    for name in names:
        moment: datetime | None = getattr(row, name)
        setattr(row, name, moment and moment - length)
    for name, value in more.items():
        setattr(row, name, value)
    row.save()
    return row


def made_for_walks() -> dict[str, int]:
    """A special period, a step of the ladder, phrases, and a notice of nobody who
    walks.
    """
    period = SpecialPeriod.objects.create(
        titles=LABEL, first_day=in_days(0), last_day=in_days(1)
    )
    notice = Notice.objects.create(person=robot(), what="x", made_at=timezone.now())
    step = LadderStep.objects.earliest("pk")
    own = OwnPhrase.objects.create(person=robot(), text="x")
    street = Unit.objects.filter(kind=Unit.Kind.STREET).earliest("code")
    phrase = Phrase.objects.create(code="walk", text="x", unit=street)
    return {
        "period": period.pk,
        "step": step.pk,
        "notice": notice.pk,
        "own_phrase": own.pk,
        "phrase": phrase.pk,
    }


def check_chain(case: Case) -> None:
    """No gap in the sequence, each event holding the hash of the one before it."""
    before = ""
    for number, event in enumerate(case.events(), start=1):
        digest = digest_of(getattr(event, "remark", None))
        assert (event.seq, event.previous_hash) == (number, before)
        assert event.canonical == canonical_text(event, digest)
        before = event.hash
    assert case.events_count == number
