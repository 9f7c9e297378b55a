"""The moves of a case in groups, so that the one that leads on stands out.

A group follows from what the process says that a move does; no verb is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from workflow.arguments import split
from workflow.models import Transition

# What leads on, or answers: shown as forms. The others wait in a menu.
STEP, ASK, PRESS, CORRECT, MORE = "step", "ask", "press", "correct", "more"
TITLES = {
    STEP: "",
    ASK: _("Ask for"),
    PRESS: _("Press for it"),
    CORRECT: _("Correct and put together"),
    MORE: _("More"),
}
LEAD_ON = {
    *("grant", "refuse", "resume", "sign_assist", "finish_assist", "found_good"),
}
ASKING = {"ask", "take_back"}
PRESSING = {"count_urge", "supervise"}
TELLING = {"notify", "notify_role"}
CORRECTING = {
    *("link_duplicate", "merge", "unmerge", "split_off", "transfer"),
    *("level", "urgent", "typical", "set_condition", "assign_assistants"),
}


@dataclass(frozen=True)
class Group:
    code: str
    title: str
    moves: list[Transition]


def group_of(move: Transition) -> str:
    does = {split(text)[0] for text in move.effects}
    if move.primary or (does & LEAD_ON and not does & PRESSING):
        return STEP
    if does & PRESSING or (move.stays and does and does <= TELLING):
        return PRESS
    if does & ASKING:
        return ASK
    if does & CORRECTING and (move.stays or does & {"merge", "unmerge"}):
        return CORRECT
    return MORE if move.stays else STEP


def steps(moves: Iterable[Transition]) -> list[Transition]:
    """Those that lead on or answer something, the usual one first.

    None where nothing waits for the person: what he could do besides is in the menu.
    """
    found = [move for move in moves if group_of(move) == STEP]
    if not any(move.primary or answers(move) for move in found):
        return []
    return sorted(found, key=lambda move: not move.primary)


def answers(move: Transition) -> bool:
    return bool({split(text)[0] for text in move.effects} & LEAD_ON)


def grouped(moves: Iterable[Transition]) -> list[Group]:
    """All of them, by group in the order of the menu; empty groups are left out."""
    moves = list(moves)
    groups = [
        Group(code, str(title), [move for move in moves if group_of(move) == code])
        for code, title in TITLES.items()
    ]
    return [group for group in groups if group.moves]
