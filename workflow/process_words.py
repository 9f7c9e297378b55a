"""How a process is told to people: who may, what must hold, what a move does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from govmap.lib.localized import localized
from workflow.arguments import LIMIT
from workflow.drafts import Draft
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
    evidence: list[tuple[str, bool]]  # label, whether it is needed
    reasons: list[str]
    guards: list[str]
    effects: list[str]


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
            (localized(row["label"]), bool(row.get("required")))
            for row in spec.get("evidence", {}).values()
        ],
        reasons=[localized(row["label"]) for row in spec.get("reasons", [])],
        guards=[guard_told(draft, text) for text in spec.get("when", [])],
        effects=spec.get("effects", []),
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
}
_GUARDS: dict[str, Callable[..., str]] = {
    "asked": lambda what: _("“%(what)s” waits for an answer") % {"what": what},
    "not_asked": lambda what: _("no “%(what)s” waits for an answer") % {"what": what},
    "fewer": lambda what, most: (
        _("“%(what)s” was granted fewer than %(most)s times")
        % {"what": what, "most": most}
    ),
    "running": lambda name: _("the limit “%(name)s” runs") % {"name": name},
    "before_due": lambda name: (
        _("the limit “%(name)s” has not passed") % {"name": name}
    ),
    "paused": lambda name: _("the limit “%(name)s” is paused") % {"name": name},
}


def guard_told(draft: Draft, text: str) -> str:
    """``before_due:disposal`` in words; guards of other apps as they are written."""
    name, *told = text.split(":")
    if name not in _GUARDS:
        return text
    sort = GUARDS[name].takes[0]
    first = limit_told(draft, told[0]) if sort == LIMIT else _asked(draft, told[0])
    return _GUARDS[name](first, *told[1:])


def limit_told(draft: Draft, name: str) -> str:
    limits = draft.data.get("limits", {})
    if name in limits:
        return localized(limits[name]["label"])
    return str(LIMITS.get(name, name))


def _asked(draft: Draft, what: str) -> str:
    """What the button says by which it is asked for."""
    asking = [move for move in draft.moves if what in move.named("ask")]
    return localized(asking[0].spec["label"]) if asking else what


def limits_told(draft: Draft) -> list[tuple[str, str, str]]:
    """Name, label and length of the process's own limits."""
    return [
        (
            name,
            localized(limit["label"]),
            f"{limit['limit']} {LimitType(limit['type']).label}",
        )
        for name, limit in draft.data.get("limits", {}).items()
    ]
