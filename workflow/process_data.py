"""A loaded process as the data that it was loaded from."""

import json
from typing import Any

from workflow.drafts import Draft
from workflow.models import Process, ProcessFile, Transition
from workflow.models.process import states_of

PARTS = ("when", "barred", "evidence", "reasons", "effects")
FLAGS = ("auto", "primary", "when_over")


def draft_of(process: Process) -> Draft:
    """What the file said; of processes loaded before it was kept, the same by rows."""
    kept = ProcessFile.objects.filter(process=process).first()
    return Draft(json.loads(kept.text) if kept else _by_rows(process))


def _by_rows(process: Process) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": process.kind,
        "code": process.code,
        "version": process.version,
        "title": process.titles,
    }
    for name in ("takes", "priority", "limits", "pauses"):
        if said := getattr(process, name):
            found[name] = said
    found["states"] = [
        {"code": state.code, "phase": state.phase, "label": state.labels}
        | ({} if state.on_rail else {"rail": False})
        for state in states_of(process.pk)
    ]
    found["transitions"] = _joined([_move(row) for row in process.moves])
    return found


def _move(row: Transition) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "verb": row.verb,
        "from": [row.from_state.code if row.from_state else None],
        "label": row.labels,
        "who": row.who,
    }
    if not row.stays:
        spec["to"] = row.to_state.code
    for name in (*FLAGS, *PARTS):
        if said := getattr(row, name):
            spec[name] = said
    if "evidence" in spec:
        spec["evidence"] = _in_order(spec["evidence"])
    return spec


def _in_order(evidence: dict[str, Any]) -> dict[str, Any]:
    pairs = sorted(evidence.items(), key=lambda pair: pair[1].get("order", 0))
    return {
        name: {key: said for key, said in spec.items() if key != "order"}
        for name, spec in pairs
    }


def _joined(specs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours that differ in nothing but where they begin are one transition."""
    found: list[dict[str, Any]] = []
    for spec in specs:
        before = found[-1] if found else {}
        if {**before, "from": 0} == {**spec, "from": 0}:
            before["from"] += spec["from"]
        else:
            found.append(spec)
    return found
