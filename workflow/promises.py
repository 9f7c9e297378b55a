"""What a process promises must be kept: requests are answered, limits run and end."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from workflow.drafts import PAUSES, STARTS, Draft, Move
from workflow.rights import ASKER, excluded

WAITS = {"running", "before_due", "paused", "paused_for", "over"}
ANSWERS = ("grant", "refuse")
# Effects of processes that were loaded before effects took arguments.
OLD_STARTS, OLD_STOPS = "start_", "stop_"


def requests(draft: Draft) -> Iterator[str]:
    """What is asked for can be answered, by somebody else, and only what was asked."""
    for what in sorted(draft.named("ask")):
        answered = {
            move.from_state
            for move in draft.moves
            if move.from_state and what in move.named(*ANSWERS)
        }
        asking = [move for move in draft.moves if what in move.named("ask")]
        for move in asking:
            if move.to_state not in answered:
                yield _(
                    "%(move)s asks for “%(what)s” where nobody answers: let a move"
                    " from %(state)s have the effect “grant:%(what)s”"
                ) % {"move": move, "what": what, "state": move.to_state}
        begun = {move.to_state for move in asking} & answered
        # A request lapses in a state in which nobody answers it.
        kept = [move for move in draft.moves if move.to_state in answered]
        asked = draft.reachable(begun, kept)
        for move in draft.moves:
            yield from _answers(move, what, asked)


def _answers(move: Move, what: str, asked: set[str]) -> Iterator[str]:
    needs = ("asked", [what]) in move.guards
    if needs and move.from_state not in asked:
        told = {"move": move, "what": what}
        yield _("%(move)s: nobody could have asked for “%(what)s” there") % told
    open_to = [who for who in move.spec["who"] if _may_have_asked(who, what)]
    if open_to and what in move.named("grant"):
        yield _(
            "%(move)s: who asked for “%(what)s” could grant it himself: add"
            ' "not": "%(asker)s:%(what)s" to each of “who”'
        ) % {"move": move, "what": what, "asker": ASKER}


def _may_have_asked(who: dict[str, object], what: str) -> bool:
    return f"{ASKER}:{what}" not in excluded(who)


def limits(draft: Draft) -> Iterator[str]:
    """What is promised is started, what is started is stopped, and a pause ends."""
    started = draft.named(*STARTS) | _old(draft, OLD_STARTS)
    stopped = draft.named("stop") | _old(draft, OLD_STOPS)
    for name in sorted(set(draft.data.get("limits", {})) - started):
        yield _(
            "the limit “%(name)s” is promised but never runs: add “start:%(name)s”"
        ) % {"name": name}
    for name in sorted(draft.named(*STARTS) - stopped):
        yield _(
            "the limit “%(name)s” runs and nothing ends it: add “stop:%(name)s”"
        ) % {"name": name}
    used = {why for move in draft.moves for _name, why in move.pauses}
    for name in sorted(draft.pauses - used):
        yield _(
            "the pause “%(name)s” is named but nothing pauses for it: add"
            " “pause_for:<limit>:%(name)s”"
        ) % {"name": name}
    for move in draft.moves:
        yield from _running(move, started)
        yield from _pauses(draft, move)
        yield from _ends_by_itself(move, started)


def _running(move: Move, started: set[str]) -> Iterator[str]:
    """What is done to a running limit needs one that runs."""
    effects = move.named(*PAUSES, "resume", "extend")
    waits = {told[0] for name, told in move.guards if name in WAITS and told}
    for name in sorted((effects | waits) - started):
        yield _(
            "%(move)s: the limit “%(name)s” is never started: add “start:%(name)s”"
        ) % {"move": move, "name": name}


def _pauses(draft: Draft, move: Move) -> Iterator[str]:
    after = draft.reachable({move.to_state}, draft.moves)
    for name in sorted({limit for limit, _why in move.pauses}):
        ends = [one for one in draft.moves if name in one.named("resume")]
        if not any(one.from_state in after for one in ends):
            yield _(
                "%(move)s pauses the limit “%(name)s”, and no move behind it resumes"
                " it: add “resume:%(name)s”"
            ) % {"move": move, "name": name}


def _ends_by_itself(move: Move, started: set[str]) -> Iterator[str]:
    """What is done when a limit is over is the system's, and the limit runs."""
    name = move.when_over
    if name and not move.auto:
        yield _(
            "%(move)s is done when “%(name)s” is over: it must be the system's, too:"
            ' add "auto": true'
        ) % {"move": move, "name": name}
    if name and name not in started:
        yield _(
            "%(move)s: the limit “%(name)s” is never started: add “start:%(name)s”"
        ) % {"move": move, "name": name}


def _old(draft: Draft, prefix: str) -> set[str]:
    names = [name for move in draft.moves for name, told in move.effects if not told]
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
