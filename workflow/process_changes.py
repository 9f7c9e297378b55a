"""What one version of a process has otherwise than another."""

import json
from dataclasses import dataclass
from typing import Any

from workflow.drafts import Draft

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Difference:
    """One state, move or fact. ``what``: ``(field, before, after)``, if changed."""

    deed: str
    part: str  # state, move, limit or process
    name: str
    what: tuple[tuple[str, str, str], ...] = ()


def differences(before: Draft, after: Draft) -> list[Difference]:
    """From the one to the other, states before limits before moves."""
    return [
        *_compared("process", _facts(before), _facts(after)),
        *_compared("state", _states(before), _states(after)),
        *_compared("limit", _limits(before), _limits(after)),
        *_compared("move", _moves(before), _moves(after)),
    ]


def _facts(draft: Draft) -> dict[str, dict[str, Any]]:
    names = ("title", "takes", "priority")
    return {draft.data["code"]: {name: draft.data.get(name) for name in names}}


def _states(draft: Draft) -> dict[str, dict[str, Any]]:
    return {state["code"]: state for state in draft.data["states"]}


def _limits(draft: Draft) -> dict[str, dict[str, Any]]:
    return dict(draft.data.get("limits", {}))


def _moves(draft: Draft) -> dict[str, dict[str, Any]]:
    return {
        f"{move.spec['verb']} ← {move.from_state or '∅'}": {
            **{key: said for key, said in move.spec.items() if key != "from"},
            "to": move.to_state,
        }
        for move in draft.moves
    }


def _compared(
    part: str, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> list[Difference]:
    found = [Difference(REMOVED, part, name) for name in before if name not in after]
    for name, said in after.items():
        if name not in before:
            found.append(Difference(ADDED, part, name))
        elif what := _fields(before[name], said):
            found.append(Difference(CHANGED, part, name, what))
    return found


def _fields(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, _text(before.get(name)), _text(after.get(name)))
        for name in dict.fromkeys([*before, *after])
        if (before.get(name) or None) != (after.get(name) or None)
    )


def _text(said: Any) -> str:
    if said is None:
        return ""
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
