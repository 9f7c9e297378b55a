"""Cases of a process with named pauses, times that must pass, relatives and papers."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.workflow import asking
from workflow.loading import load_processes
from workflow.models import Process

LABEL = {"zh-hans": "某事", "en": "Something"}
DISPATCHER = [{"role": "dispatcher", "at": "street"}]
HANDLER = [{"role": "handler", "at": "host"}]


def move(verb: str, **spec: Any) -> dict[str, Any]:
    return {"verb": verb, "from": ["work"], "label": LABEL, "who": DISPATCHER, **spec}


MOVES = [
    move(
        "post",
        to="posted",
        effects=["start:notice", "pause_for:disposal:expert"],
    ),
    move(
        "unpost",
        **{"from": ["posted"]},
        to="work",
        who=[],
        auto=True,
        when_over="notice",
        when=["over:notice", "not_asked:objection", "paused_for:disposal:expert"],
        effects=["stop:notice", "resume:disposal"],
    ),
    move("gainsay", **{"from": ["posted"]}, who=HANDLER, effects=["ask:objection"]),
    move("overrule", **{"from": ["posted"]}, effects=["refuse:objection"]),
    move(
        "reckon",
        evidence={"on": {"required": True, "label": LABEL, "most": 90}},
        effects=["start_on:answer"],
    ),
    move("reply", effects=["stop:answer"], when=["delivered:case_file"]),
    move(
        "confess",
        who=[*DISPATCHER, *HANDLER],
        evidence={"relative": {"label": LABEL}, "reason": {"label": LABEL}},
        reasons=[{"code": "sibling", "label": LABEL}],
        effects=["record_relative"],
    ),
]


def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(asking.DATA.read_text("utf-8"))
    found |= {"code": "statutory", "pauses": {"expert": {"label": LABEL}}}
    found["limits"] |= {
        "notice": {
            **{"limit": 7, "type": "statutory_days", "label": LABEL, "waits": True},
            **{"basis": LABEL, "standing": "law"},
        },
        "answer": {"limit": 60, "type": "statutory_days", "label": LABEL},
    }
    found["states"].append({"code": "posted", "phase": "resolve", "label": LABEL})
    moves = {one["verb"]: one for one in found["transitions"]}
    moves["mend"]["when"] = ["unrelated"]
    found["transitions"] += MOVES
    return found


def load(folder: Path) -> Process:
    """Load the process; it becomes the default of cases."""
    (folder / "statutory.json").write_text(json.dumps(data()), "utf-8")
    list(load_processes(folder))
    return Process.objects.current("case")


def days_ago(count: int) -> date:
    return date.fromordinal(timezone.localdate().toordinal() - count)
