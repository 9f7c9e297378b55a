"""Everything that can become of the limits of a procedure, worked out from its data."""

from collections.abc import Iterator
from typing import Any

Standing = tuple[str, frozenset[str], frozenset[str]]  # state, running, paused
NEEDS_RUNNING = {"running", "before_due", "over"}
NEEDS_PAUSED = {"paused", "paused_for"}


class Impossible(Exception):
    """An effect upon a limit that does not stand as the effect needs it."""


def moves_of(data: dict[str, Any]) -> list[tuple[str | None, dict[str, Any]]]:
    return [(state, move) for move in data["transitions"] for state in move["from"]]


def after(move: dict[str, Any], at: Standing) -> Standing:
    """How the limits stand when the move is done. Raises Impossible."""
    state, running, paused = at[0], set(at[1]), set(at[2])
    for text in move.get("effects", []):
        name, *told = text.split(":")
        match name:
            case "start" | "start_on":
                running.add(told[0])
                paused.discard(told[0])
            case "stop":
                running.discard(told[0])
                paused.discard(told[0])
            case "pause" | "pause_for" | "extend" if told[0] not in running:
                raise Impossible(f"{move['verb']}: {text}")
            case "pause" | "pause_for":
                paused.add(told[0])
            case "resume" if told[0] not in paused:
                raise Impossible(f"{move['verb']}: {text}")
            case "resume":
                paused.discard(told[0])
    return move.get("to", state), frozenset(running), frozenset(paused)


def is_open(move: dict[str, Any], at: Standing) -> bool:
    """Whether its guards about limits hold; others are taken to hold."""
    goes = at[1] - at[2]
    for text in move.get("when", []):
        name, *told = text.split(":")
        if name in NEEDS_RUNNING and told[0] not in goes:
            return False
        if name in NEEDS_PAUSED and told[0] not in at[2]:
            return False
    return True


def explored(data: dict[str, Any]) -> Iterator[tuple[Standing, str]]:
    """Each standing that can be reached, with a verb that is open there; of an end,
    none. Raises Impossible.
    """
    moves = moves_of(data)
    nothing: Standing = ("", frozenset(), frozenset())
    ahead = [after(move, nothing) for state, move in moves if state is None]
    seen: set[Standing] = set()
    while ahead:
        at = ahead.pop()
        if at in seen:
            continue
        seen.add(at)
        yield at, ""
        for state, move in moves:
            if state == at[0] and is_open(move, at):
                yield at, move["verb"]
                ahead.append(after(move, at))
