"""How a process is told to people: who may, what must hold, what a move does."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from govmap.lib.localized import localized
from workflow import arguments
from workflow.arguments import Sorts, Wording, Words, split
from workflow.drafts import Draft
from workflow.effects import EFFECTS, TAKES, WORDINGS
from workflow.evidence import WORDS
from workflow.guards import GUARDS
from workflow.models import Phase
from workflow.models.clock import LimitType
from workflow.rights import excluded

# What processes call units and people of their subjects. Others are shown as written.
PLACES: dict[str, str | Promise] = {
    "street": gettext_lazy("the street"),
    "community": gettext_lazy("the community"),
    "district": gettext_lazy("the district"),
    "level": gettext_lazy("the level that leads"),
    "host": gettext_lazy("the host department"),
    "last_host": gettext_lazy("the department that disposed"),
    "assist": gettext_lazy("an assisting department"),
    "provider": gettext_lazy("the provider"),
    "above": gettext_lazy("the unit above the provider"),
    "reporter": gettext_lazy("who reported it"),
    "uploader": gettext_lazy("who uploaded it"),
    "proposer": gettext_lazy("who proposed it"),
    "called": gettext_lazy("the called units"),
    "awaited": gettext_lazy("the units that are awaited"),
    "executing": gettext_lazy("the unit that carries it out"),
    "caller": gettext_lazy("who called the conference"),
    "office": gettext_lazy("the office in charge"),
    "department": gettext_lazy("the department of the district"),
    "creator": gettext_lazy("who registered it"),
}


@dataclass(frozen=True)
class Told:
    """One move as a row of a table."""

    label: str
    verb: str
    begins: list[str]  # none where it makes the subject
    leads: str  # nothing where it stays
    auto: bool
    who: list[str]
    barred: list[str]
    # Label, what sort of evidence it is, whether it is needed.
    evidence: list[tuple[str, str, bool]]
    reasons: list[str]
    # Each in words, and as it is written.
    guards: list[tuple[str, str]]
    effects: list[tuple[str, str]]


def moves_told(draft: Draft) -> list[Told]:
    """All moves, in the order of the data; one that begins in several states once."""
    labels = {
        state["code"]: localized(state["label"]) for state in draft.data["states"]
    }
    return [_told(draft, spec, labels) for spec in draft.data["transitions"]]


def _told(draft: Draft, spec: dict[str, Any], labels: dict[str, str]) -> Told:
    return Told(
        label=localized(spec["label"]),
        verb=spec["verb"],
        begins=[labels[code] for code in spec["from"] if code],
        leads=labels[spec["to"]] if "to" in spec else "",
        auto=bool(spec.get("auto")),
        who=_who_told(spec["who"]),
        barred=[str(Phase(phase).label) for phase in spec.get("barred", [])],
        evidence=[
            (
                localized(row["label"]),
                str(WORDS.get(name) or name),
                bool(row.get("required")),
            )
            for name, row in spec.get("evidence", {}).items()
        ],
        reasons=[localized(row["label"]) for row in spec.get("reasons", [])],
        guards=[(guard_told(draft, text), text) for text in spec.get("when", [])],
        effects=[(effect_told(draft, text), text) for text in spec.get("effects", [])],
    )


def _who_told(entries: list[dict[str, Any]]) -> list[str]:
    """One line for all roles that hold at the same place."""
    lines: dict[str, dict[str, Any]] = {}
    for who in entries:
        rest = {key: said for key, said in who.items() if key != "role"}
        line = lines.setdefault(str(rest), rest | {"roles": []})
        line["roles"].append(str(Role(who["role"]).label))
    return [who_told(line) for line in lines.values()]


def who_told(who: dict[str, Any]) -> str:
    """``{"roles": ["filer"], "at": "street"}`` in words."""
    words = _(", ").join(who["roles"])
    if "at" in who:
        told = {"role": words, "place": PLACES.get(who["at"], who["at"])}
        words = _("%(role)s of %(place)s") % told
    if "is" in who:
        told = {"role": words, "person": PLACES.get(who["is"], who["is"])}
        words = _("%(role)s, being %(person)s") % told
    if excluded(who):
        words = _("%(role)s, but not who asked for it") % {"role": words}
    return words


# Limits that the subjects answer for.
LIMITS: dict[str, str | Promise] = {
    "disposal": gettext_lazy("disposal"),
    "repair": gettext_lazy("repair"),
    "answer": gettext_lazy("answer"),
    "signing": gettext_lazy("to sign"),
    "arrival": gettext_lazy("to be there"),
    "execution": gettext_lazy("to carry it out"),
}


def guard_told(draft: Draft, text: str) -> str:
    """``before_due:disposal`` in words; as it is written where there are none."""
    name, told = split(text)
    known = GUARDS.get(name)
    return _call_told(draft, text, told, known.takes, known.wording) if known else text


def effect_told(draft: Draft, text: str) -> str:
    """``start:filing`` in words, likewise."""
    name, told = split(text)
    if name not in EFFECTS:
        return text
    return _call_told(draft, text, told, TAKES[name], WORDINGS[name])


def _call_told(
    draft: Draft, text: str, told: list[str], sorts: Sorts, wording: Wording
) -> str:
    if not wording.words or len(told) != len(sorts):
        return text
    named = [
        _argument_told(draft, argument, sort, wording.names)
        for argument, sort in zip(told, sorts, strict=True)
    ]
    return str(wording.words) % dict(zip(arguments.PLACES, named, strict=False))


def _argument_told(draft: Draft, argument: str, sort: str, names: Words) -> str:
    if sort == arguments.LIMIT:
        return limit_told(draft, argument)
    if sort == arguments.PAUSE:
        return localized(draft.data.get("pauses", {}).get(argument, {}).get("label"))
    if sort == arguments.REQUEST:
        return _asked(draft, argument)
    if sort == arguments.WHOM:
        return str(PLACES.get(argument, argument))
    if sort == arguments.ROLE and argument in Role.values:
        return str(Role(argument).label)
    return str(names.get(argument, argument))


def limit_told(draft: Draft, name: str) -> str:
    limits = draft.data.get("limits", {})
    if name in limits:
        return localized(limits[name]["label"])
    return str(LIMITS.get(name, name))


def _asked(draft: Draft, what: str) -> str:
    """What the button says by which it is asked for."""
    asking = [move for move in draft.moves if what in move.named("ask")]
    return localized(asking[0].spec["label"]) if asking else what


@dataclass(frozen=True)
class LimitTold:
    """A limit of the process itself, or a pause, as a row of a table."""

    name: str
    label: str
    length: str
    waits: bool
    basis: str
    standing: str


# Where limits and pauses come from.
STANDINGS: dict[str, str | Promise] = {
    "law": gettext_lazy("law or party rule"),
    "practice": gettext_lazy("practice of the city"),
    "custom": gettext_lazy("custom, may be changed"),
    "unverified": gettext_lazy("to be verified"),
}


def limits_told(draft: Draft) -> list[LimitTold]:
    """The process's own limits, in the order of the data."""
    return [
        _limit_row(name, limit, f"{limit['limit']} {LimitType(limit['type']).label}")
        for name, limit in draft.data.get("limits", {}).items()
    ]


def pauses_told(draft: Draft) -> list[LimitTold]:
    """What its limits may stand still for."""
    pauses = draft.data.get("pauses", {})
    return [_limit_row(name, pause, "") for name, pause in pauses.items()]


def _limit_row(name: str, told: dict[str, Any], length: str) -> LimitTold:
    return LimitTold(
        name=name,
        label=localized(told["label"]),
        length=length,
        waits=bool(told.get("waits")),
        basis=localized(told.get("basis")),
        standing=str(STANDINGS.get(told.get("standing", ""), "")),
    )
