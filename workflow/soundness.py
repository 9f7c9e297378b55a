"""What makes a process unsound, in sentences that say what to do."""

from collections.abc import Iterator

from accounts.roles import Role
from workflow import arguments, promises
from workflow.drafts import Draft, Move
from workflow.effects import EFFECTS, TAKES
from workflow.evidence import HUMAN, READERS
from workflow.guards import GUARDS
from workflow.models import Phase
from workflow.rights import excluded
from workflow.subjects import SUBJECTS


def problems(draft: Draft) -> Iterator[str]:
    """Sentences that say what is unsound and what to do."""
    broken = list(_names(draft))
    yield from broken
    for move in draft.moves:
        yield from _who(draft, move)
        yield from _evidence(move)
        yield from _effects(draft, move)
        yield from _calls(draft, move)
    # Paths through states that are not there would say nothing true.
    if not broken:
        yield from _ways(draft)
        yield from _judges(draft)
        yield from promises.requests(draft)
        yield from promises.limits(draft)


def _names(draft: Draft) -> Iterator[str]:
    if draft.subject is None:
        known = ", ".join(sorted(SUBJECTS))
        yield f"kind “{draft.data['kind']}” is none of: {known}"
    codes = [state["code"] for state in draft.data["states"]]
    for code in _twice(codes):
        yield f"state “{code}” is there twice: give one another code"
    for name in _twice([str(move) for move in draft.moves]):
        yield f"{name} is there twice: a verb leads from a state to one other"
    for move in draft.moves:
        if move.opens and move.stays:
            yield f"{move}: an opening move leads somewhere: add “to”"
        elif move.spec.get("to") == move.from_state:
            yield f"{move} leads where it begins: leave out “to”, and it stays there"
    for fact in sorted(set(draft.data.get("takes", {})) - _facts(draft)):
        known = ", ".join(sorted(_facts(draft))) or "nothing"
        yield f"takes “{fact}”: what is known of a new subject is {known}"
    used = {move.to_state for move in draft.moves if move.to_state}
    used |= {move.from_state for move in draft.moves if move.from_state}
    for code in sorted(used - set(codes)):
        yield f"state “{code}” is named by a move but is none of the states"


def _facts(draft: Draft) -> frozenset[str]:
    return draft.subject.FACTS if draft.subject else frozenset()


def _who(draft: Draft, move: Move) -> Iterator[str]:
    units = draft.subject.RELATED_UNITS if draft.subject else frozenset()
    people = draft.subject.RELATED_PEOPLE if draft.subject else frozenset()
    if not move.spec["who"] and not move.spec.get("auto"):
        yield f"{move}: nobody may do it: “who” must name somebody"
    for who in move.spec["who"]:
        if who["role"] not in Role.values:
            yield f"{move}: nobody has the role “{who['role']}”"
        if draft.subject and "at" in who and who["at"] not in units:
            yield f"{move}: “at” must be one of {', '.join(sorted(units))}"
        if draft.subject and "is" in who and who["is"] not in people:
            yield f"{move}: “is” must be one of {', '.join(sorted(people))}"
        for name in excluded(who):
            if name.partition(":")[2] not in draft.named("ask"):
                yield f"{move}: “not”: no move has the effect “ask” of “{name}”"


def _evidence(move: Move) -> Iterator[str]:
    evidence = move.spec.get("evidence", {})
    for name in evidence:
        if name not in READERS:
            known = ", ".join(sorted(READERS))
            yield f"{move}: evidence “{name}” is none of: {known}"
        elif move.auto and name in HUMAN and evidence[name].get("required"):
            yield f"{move}: no machine has the evidence “{name}”: do not require it"
    reasons = [row["code"] for row in move.spec.get("reasons", [])]
    if bool(reasons) != ("reason" in evidence):
        yield f"{move}: “reasons” and the evidence “reason” need one another"
    for code in _twice(reasons):
        yield f"{move}: reason “{code}” is there twice"


def _effects(draft: Draft, move: Move) -> Iterator[str]:
    effects = move.spec.get("effects", [])
    needed = draft.subject.OPENS_WITH if draft.subject else ""
    if needed and move.from_state is None and needed not in effects:
        yield f"{move}: an opening move needs the effect “{needed}”"
    if needed and move.from_state and needed in effects:
        yield f"{move}: the effect “{needed}” belongs to opening moves"


def _calls(draft: Draft, move: Move) -> Iterator[str]:
    """Effects and guards are known, and called with what they take."""
    for name, told in move.effects:
        if name in EFFECTS:
            yield from _arguments(draft, move, name, told, TAKES[name])
        else:
            known = ", ".join(sorted(EFFECTS))
            yield f"{move}: effect “{name}” is none of: {known}"
    for text in move.spec.get("when", []):
        name, told = arguments.split(text)
        if name in GUARDS:
            yield from _arguments(draft, move, name, told, GUARDS[name].takes)
        else:
            known = ", ".join(sorted(GUARDS))
            yield f"{move}: guard “{name}” is none of: {known}"


def _arguments(
    draft: Draft, move: Move, name: str, told: list[str], sorts: arguments.Sorts
) -> Iterator[str]:
    if len(told) != len(sorts):
        form = ":".join([name, *(f"<{sort}>" for sort in sorts)])
        yield f"{move}: “{':'.join([name, *told])}” must be written “{form}”"
        return
    for argument, sort in zip(told, sorts, strict=True):
        if (known := _known(draft, sort)) is not None and argument not in known:
            among = ", ".join(sorted(known)) or "nothing"
            yield f"{move}: “{name}”: the {sort} “{argument}” is none of: {among}"
        if sort == arguments.NUMBER and not argument.isdecimal():
            yield f"{move}: “{name}”: “{argument}” is no number"


def _known(draft: Draft, sort: str) -> set[str] | frozenset[str] | None:
    """What an argument of that sort may be; None where anything goes."""
    if sort == arguments.LIMIT:
        return draft.limits
    if sort == arguments.WHOM and draft.subject:
        return draft.subject.RELATED_UNITS | draft.subject.RELATED_PEOPLE
    if sort == arguments.REQUEST:
        return draft.named("ask")
    return None


def _ways(draft: Draft) -> Iterator[str]:
    opened = {move.to_state for move in draft.moves if move.from_state is None}
    if not opened:
        yield "no move opens the process: one must have “from”: [null]"
    reached = draft.reachable(opened, draft.moves)
    for state, phase in draft.phases.items():
        if opened and state not in reached:
            yield f"state “{state}” cannot be reached: let a move lead to it"
        further = draft.reachable({state}, draft.moves)
        if phase == Phase.DONE:
            continue
        if further == {state}:
            yield f"state “{state}” cannot be left: let a move lead from it"
        elif all(draft.phases[code] != Phase.DONE for code in further):
            yield f"no way leads from state “{state}” to one of the phase “done”"


def _judges(draft: Draft) -> Iterator[str]:
    """Who disposed never checks, and nothing ends unchecked."""
    disposing = set().union(*(move.roles for move in draft.leaving(Phase.RESOLVE)))
    open_to_all = [
        move for move in draft.leaving(Phase.VERIFY) if not move.bars_who_disposed
    ]
    for move in open_to_all:
        if shared := sorted(move.roles & disposing):
            yield (
                f"{move}: {', '.join(shared)} could judge what he disposed himself:"
                ' add "barred": ["resolve"]'
            )
    fed_back = {
        move.to_state
        for move in draft.leaving(Phase.RESOLVE)
        if draft.phases[move.to_state] == Phase.VERIFY
    }
    unchecked = draft.reachable(fed_back, open_to_all)
    for move in open_to_all:
        ends = draft.phases[move.to_state] == Phase.DONE
        if ends and move.from_state in unchecked and move.auto:
            yield f"{move} ends it by itself and unchecked: let a person check before"
        elif ends and move.from_state in unchecked:
            yield (
                f"{move} ends it though nobody but who disposed may have looked:"
                ' add "barred": ["resolve"] to it or to a check before it'
            )


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
