"""What makes a process unsound, in sentences that say what to do."""

from collections.abc import Iterable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from workflow import arguments, promises
from workflow.drafts import Draft, Move
from workflow.effects import EFFECTS, TAKES
from workflow.evidence import HUMAN, READERS
from workflow.guards import GUARDS
from workflow.models import Phase
from workflow.rights import excluded
from workflow.subjects import SUBJECTS

# The sorts of what guards and effects are called with.
SORTS: dict[str, str | Promise] = {
    arguments.LIMIT: gettext_lazy("limit"),
    arguments.PAUSE: gettext_lazy("pause"),
    arguments.REQUEST: gettext_lazy("request"),
    arguments.NUMBER: gettext_lazy("number"),
    arguments.NAME: gettext_lazy("name"),
    arguments.WHOM: gettext_lazy("whom"),
    arguments.ROLE: gettext_lazy("role"),
}


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
        told = {"kind": draft.data["kind"], "known": _list(SUBJECTS)}
        yield _("kind “%(kind)s” is none of: %(known)s") % told
    codes = [state["code"] for state in draft.data["states"]]
    for code in _twice(codes):
        yield _("state “%(code)s” is there twice: give one another code") % {
            "code": code
        }
    for name in _twice([str(move) for move in draft.moves]):
        yield _("%(move)s is there twice: a verb leads from a state to one other") % {
            "move": name
        }
    for move in draft.moves:
        if move.opens and move.stays:
            yield _("%(move)s: an opening move leads somewhere: add “to”") % {
                "move": move
            }
        elif move.spec.get("to") == move.from_state:
            yield _(
                "%(move)s leads where it begins: leave out “to”, and it stays there"
            ) % {"move": move}
    for fact in sorted(set(draft.data.get("takes", {})) - _facts(draft)):
        told = {"fact": fact, "known": _list(_facts(draft))}
        yield _("takes “%(fact)s”: what is known of a new subject is %(known)s") % told
    used = {move.to_state for move in draft.moves if move.to_state}
    used |= {move.from_state for move in draft.moves if move.from_state}
    for code in sorted(used - set(codes)):
        yield _("state “%(code)s” is named by a move but is none of the states") % {
            "code": code
        }


def _facts(draft: Draft) -> frozenset[str]:
    return draft.subject.FACTS if draft.subject else frozenset()


def _who(draft: Draft, move: Move) -> Iterator[str]:
    units = draft.subject.RELATED_UNITS if draft.subject else frozenset()
    people = draft.subject.RELATED_PEOPLE if draft.subject else frozenset()
    if not move.spec["who"] and not move.spec.get("auto"):
        yield _("%(move)s: nobody may do it: “who” must name somebody") % {"move": move}
    for who in move.spec["who"]:
        if who["role"] not in Role.values:
            told = {"move": move, "role": who["role"]}
            yield _("%(move)s: nobody has the role “%(role)s”") % told
        if draft.subject and "at" in who and who["at"] not in units:
            told = {"move": move, "known": _list(units)}
            yield _("%(move)s: “at” must be one of %(known)s") % told
        if draft.subject and "is" in who and who["is"] not in people:
            told = {"move": move, "known": _list(people)}
            yield _("%(move)s: “is” must be one of %(known)s") % told
        for name in excluded(who):
            if name.partition(":")[2] not in draft.named("ask"):
                told = {"move": move, "name": name}
                yield (
                    _("%(move)s: “not”: no move has the effect “ask” of “%(name)s”")
                    % told
                )


def _evidence(move: Move) -> Iterator[str]:
    evidence = move.spec.get("evidence", {})
    for name in evidence:
        if name not in READERS:
            told = {"move": move, "name": name, "known": _list(READERS)}
            yield _("%(move)s: evidence “%(name)s” is none of: %(known)s") % told
        elif move.auto and name in HUMAN and evidence[name].get("required"):
            told = {"move": move, "name": name}
            yield (
                _("%(move)s: no machine has the evidence “%(name)s”: do not require it")
                % told
            )
    reasons = [row["code"] for row in move.spec.get("reasons", [])]
    if bool(reasons) != ("reason" in evidence):
        told = {"move": move}
        yield _("%(move)s: “reasons” and the evidence “reason” need one another") % told
    for code in _twice(reasons):
        told = {"move": move, "code": code}
        yield _("%(move)s: reason “%(code)s” is there twice") % told


def _effects(draft: Draft, move: Move) -> Iterator[str]:
    effects = move.spec.get("effects", [])
    needed = draft.subject.OPENS_WITH if draft.subject else ""
    if needed and move.from_state is None and needed not in effects:
        told = {"move": move, "name": needed}
        yield _("%(move)s: an opening move needs the effect “%(name)s”") % told
    if needed and move.from_state and needed in effects:
        told = {"move": move, "name": needed}
        yield _("%(move)s: the effect “%(name)s” belongs to opening moves") % told


def _calls(draft: Draft, move: Move) -> Iterator[str]:
    """Effects and guards are known, and called with what they take."""
    for name, told in move.effects:
        if name in EFFECTS:
            yield from _arguments(draft, move, name, told, TAKES[name])
        else:
            said = {"move": move, "name": name, "known": _list(EFFECTS)}
            yield _("%(move)s: effect “%(name)s” is none of: %(known)s") % said
    for text in move.spec.get("when", []):
        name, told = arguments.split(text)
        if name in GUARDS:
            yield from _arguments(draft, move, name, told, GUARDS[name].takes)
        else:
            said = {"move": move, "name": name, "known": _list(GUARDS)}
            yield _("%(move)s: guard “%(name)s” is none of: %(known)s") % said


def _arguments(
    draft: Draft, move: Move, name: str, told: list[str], sorts: arguments.Sorts
) -> Iterator[str]:
    if len(told) != len(sorts):
        form = ":".join([name, *(f"<{SORTS[sort]}>" for sort in sorts)])
        said = {"move": move, "text": ":".join([name, *told]), "form": form}
        yield _("%(move)s: “%(text)s” must be written “%(form)s”") % said
        return
    for argument, sort in zip(told, sorts, strict=True):
        said = {"move": move, "name": name, "argument": argument}
        if (known := _known(draft, sort)) is not None and argument not in known:
            said |= {"sort": str(SORTS[sort]), "known": _list(known)}
            yield (
                _(
                    "%(move)s: “%(name)s”: the %(sort)s “%(argument)s” is none of:"
                    " %(known)s"
                )
                % said
            )
        if sort == arguments.NUMBER and not argument.isdecimal():
            yield _("%(move)s: “%(name)s”: “%(argument)s” is no number") % said


def _known(draft: Draft, sort: str) -> set[str] | frozenset[str] | None:
    """What an argument of that sort may be; None where anything goes."""
    if sort == arguments.LIMIT:
        return draft.limits
    if sort == arguments.WHOM and draft.subject:
        return draft.subject.RELATED_UNITS | draft.subject.RELATED_PEOPLE
    if sort == arguments.PAUSE:
        return draft.pauses
    if sort == arguments.REQUEST:
        return draft.named("ask")
    if sort == arguments.ROLE:
        return set(Role.values)
    return None


def _ways(draft: Draft) -> Iterator[str]:
    opened = {move.to_state for move in draft.moves if move.from_state is None}
    if not opened:
        yield _("no move opens the process: one must have “from”: [null]")
    reached = draft.reachable(opened, draft.moves)
    for state, phase in draft.phases.items():
        if opened and state not in reached:
            yield _("state “%(state)s” cannot be reached: let a move lead to it") % {
                "state": state
            }
        further = draft.reachable({state}, draft.moves)
        if phase == Phase.DONE:
            continue
        if further == {state}:
            yield _("state “%(state)s” cannot be left: let a move lead from it") % {
                "state": state
            }
        elif all(draft.phases[code] != Phase.DONE for code in further):
            yield _(
                "no way leads from state “%(state)s” to one of the phase “done”"
            ) % {"state": state}


def _judges(draft: Draft) -> Iterator[str]:
    """Who disposed never checks, and nothing ends unchecked."""
    disposing = set().union(*(move.roles for move in draft.leaving(Phase.RESOLVE)))
    open_to_all = [
        move for move in draft.leaving(Phase.VERIFY) if not move.bars_who_disposed
    ]
    for move in open_to_all:
        if shared := sorted(move.roles & disposing):
            yield _(
                "%(move)s: %(roles)s could judge what he disposed himself: add"
                ' "barred": ["resolve"]'
            ) % {"move": move, "roles": _list(shared)}
    fed_back = {
        move.to_state
        for move in draft.leaving(Phase.RESOLVE)
        if draft.phases[move.to_state] == Phase.VERIFY
    }
    unchecked = draft.reachable(fed_back, open_to_all)
    for move in open_to_all:
        ends = draft.phases[move.to_state] == Phase.DONE
        if ends and move.from_state in unchecked and move.auto:
            yield _(
                "%(move)s ends it by itself and unchecked: let a person check before"
            ) % {"move": move}
        elif ends and move.from_state in unchecked:
            yield _(
                "%(move)s ends it though nobody but who disposed may have looked: add"
                ' "barred": ["resolve"] to it or to a check before it'
            ) % {"move": move}


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or _("nothing")


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
