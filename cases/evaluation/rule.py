"""As what a move counts: read from its phases and its effects, never from its name."""

from dataclasses import dataclass
from functools import lru_cache

from workflow.arguments import split
from workflow.models import Phase, Transition

WORKING = {Phase.DISPATCH, Phase.RESOLVE, Phase.VERIFY}
DISPOSED = frozenset({"disposals", "disposals_late"})
CLOSED = frozenset({"closings", "closings_late"})
FILED = frozenset({"filings", "filings_others"})
ENDS = CLOSED | {
    *("refusals", "on_spot", "mergers", "annulments", "special_closings"),
}
# What an effect, whatever it is called with, counts as.
BY_EFFECT = {
    "extend": "extensions",
    "pause": "suspensions",
    "supervise": "supervisions",
    "count_urge": "urgings",
    "withdraw_host": "misdispatches",
    "exempt": "exemptions",
}
BY_ANSWER = {"refuse:return": "returns_refused"}
# An end that was asked for and granted; any other is a cancellation.
BY_GRANT = {"special_close": "special_closings"}
FORCED = {"end_by_force"}
OLD_NAMES = {"start_disposal": "start:disposal", "stop_disposal": "stop:disposal"}


@dataclass(frozen=True)
class Rule:
    """``takes_back`` first: marks of the case that no longer hold; then ``adds``.

    ``stops``: the limits that end with it; ``starts``: those that begin anew, and so
    end where they still ran.
    """

    adds: frozenset[str]
    takes_back: frozenset[str]
    stops: frozenset[str]
    starts: frozenset[str]
    hosts: bool  # whether a unit becomes the host

    @property
    def looks_back(self) -> frozenset[str]:
        """The measures of which it must be known how the case stands."""
        closes = "closings" in self.adds and "disposals" not in self.adds
        return self.takes_back | (DISPOSED if closes else frozenset())


@lru_cache(maxsize=4096)
def _rule(move: "_Move") -> Rule:
    effects = [split(OLD_NAMES.get(text, text)) for text in move.effects]
    names = {name for name, _arguments in effects}
    adds = {BY_EFFECT[name] for name in names & set(BY_EFFECT)}
    adds |= {BY_ANSWER[text] for text in move.effects if text in BY_ANSWER}
    grants = [arguments[0] for name, arguments in effects if name == "grant"]
    ended = ("merge" in names and "mergers") or _granted_end(grants, names)
    adds |= _gone_on(move, ended)
    taken = _taken_back(move)
    if "reworks" in adds and "unmerge" in names:
        adds -= {"reworks", "reopenings"}
    if "exempt" in names:
        taken |= DISPOSED | CLOSED
    limits = {
        head: frozenset(args[0] for name, args in effects if name == head)
        for head in ("stop", "start")
    }
    return Rule(
        frozenset(adds),
        frozenset(taken),
        limits["stop"],
        limits["start"],
        "assign_host" in names,
    )


def _granted_end(grants: list[str], effects: set[str]) -> str:
    """As what an end counts that was granted or forced; "" where it was neither."""
    if effects & FORCED:
        return "special_closings"
    return BY_GRANT.get(grants[0], "annulments") if grants else ""


def _gone_on(move: "_Move", ended: str) -> set[str]:
    """What going from one phase to another counts as."""
    before, behind = move.before, move.behind
    adds: set[str] = set()
    if before is None:
        adds.add("reports")
    if before in (None, Phase.COLLECT) and behind in WORKING:
        adds.add("filings")
    if behind == Phase.RESOLVE and before in (None, Phase.COLLECT, Phase.DISPATCH):
        adds.add("dispatches")
    if before == Phase.RESOLVE and behind == Phase.VERIFY:
        adds.add("disposals")
    if behind == Phase.DONE and before != Phase.DONE:
        adds |= {ended} if ended else _ended(move)
    if before in (Phase.VERIFY, Phase.DONE) and behind in (
        Phase.DISPATCH,
        Phase.RESOLVE,
    ):
        adds.add("reworks")
    if before == Phase.DONE and behind in WORKING:
        adds.add("reopenings")
    return adds


def _ended(move: "_Move") -> set[str]:
    if move.before == Phase.VERIFY:
        return {"closings"}
    if move.before in (None, Phase.COLLECT):
        # Not to file it wants a reason; to have done it oneself does not.
        return {"refusals" if move.reasons else "on_spot"}
    if move.before == Phase.RESOLVE and not move.reasons:
        return {"disposals", "closings"}
    return {"annulments"}


def _taken_back(move: "_Move") -> set[str]:
    """What no longer holds once a case stands earlier on its way again."""
    before, behind = move.before, move.behind
    taken: set[str] = set()
    if before == Phase.DONE and behind != Phase.DONE:
        taken |= ENDS
    if behind == Phase.COLLECT and before not in (None, Phase.COLLECT):
        taken |= FILED
    if before in (Phase.VERIFY, Phase.DONE) and behind in (
        *(Phase.COLLECT, Phase.DISPATCH, Phase.RESOLVE),
    ):
        taken |= DISPOSED
    return taken


@dataclass(frozen=True)
class _Move:
    """What of a move matters here, as something that a cache can hold."""

    before: str | None
    behind: str
    effects: tuple[str, ...]
    reasons: bool


def rule_of(move: Transition) -> Rule:
    """Worked out once for all moves that are alike."""
    before = move.from_state.phase if move.from_state else None
    told = _Move(before, move.to_state.phase, tuple(move.effects), bool(move.reasons))
    return _rule(told)
