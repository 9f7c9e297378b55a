"""From a template and a thing to the text of a paper."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from accounts.models import Membership, Unit, User
from govmap.lib.localized import localized
from workflow.models import PaperTemplate, Subject
from workflow.papers import numbering
from workflow.papers.about import KINDS, Found, Teller, shape_of, units_by_id
from workflow.papers.errors import AnswerMissing
from workflow.papers.language import filled
from workflow.papers.shapes import shaped

UNKNOWN_SERIAL = "＿＿"
LONGEST_ANSWER = 4000


def effects_done(subject: Subject) -> frozenset[str]:
    """The names of all effects of the moves that the subject went through."""
    done = set(subject.events().values_list("verb", "from_state"))  # type: ignore[attr-defined]
    return frozenset(
        text.partition(":")[0]
        for move in subject.process.moves
        if (move.verb, move.from_state.code if move.from_state else "") in done
        for text in move.effects
    )


def addressed(template: PaperTemplate, found: Found) -> list[Unit]:
    """The units that it is for, as far as the data knows them."""
    return units_by_id(found.units(template.to)) if template.to else []


def answers(template: PaperTemplate, sent: Mapping[str, Any]) -> dict[str, str]:
    """What was asked for, as texts. Raises AnswerMissing."""
    found = {}
    for one in template.asks:
        text = str(sent.get(one["name"], one.get("usual", "")) or "")
        text = text.replace("\x00", "").strip()[:LONGEST_ANSWER]
        if one.get("required") and not text:
            raise AnswerMissing(label=localized(one["label"]))
        found[one["name"]] = text
    return found


def usual_answers(template: PaperTemplate) -> dict[str, str]:
    return {one["name"]: str(one.get("usual", "")) for one in template.asks}


def blank_number(template: PaperTemplate, unit: Unit) -> str:
    """The number as it will look, before it is given."""
    office, year = numbering.office_of(unit), timezone.localdate().year
    return numbering.number_of(template.number_rule, office, year, UNKNOWN_SERIAL)


def fill(
    template: PaperTemplate,
    found: Found,
    user: User,
    post: Membership,
    *,
    number: str,
    to: str,
    asked: Mapping[str, str],
    moment: datetime,
) -> str:
    """The paper's body. Raises TooLong."""
    teller = Teller(user, post, template.leaves)
    # Papers are in Chinese, whoever prints them.
    with override("zh-hans"):
        facts = shaped(KINDS[found.kind].shape, KINDS[found.kind].facts(found, teller))
    own = _common(template, post.unit, str(user), number=number, to=to, moment=moment)
    return _filled(template, {**facts, **own, "asked": asked})


def sample(template: PaperTemplate, unit: Unit, user: User) -> str:
    """The template with invented data, for whoever sees no real thing."""
    facts = KINDS[template.about].sample()
    asked = dict(_sample_answers(template))
    own = _common(
        template,
        unit,
        str(user),
        number=blank_number(template, unit),
        to="××单位" if template.to else "",
        moment=timezone.now(),
    )
    return _filled(template, {**facts, **own, "asked": asked})


def _sample_answers(template: PaperTemplate) -> Iterator[tuple[str, str]]:
    for one in template.asks:
        yield one["name"], one.get("usual") or f"（{localized(one['label'])}）"


def _common(
    template: PaperTemplate,
    unit: Unit,
    printed_by: str,
    *,
    number: str,
    to: str,
    moment: datetime,
) -> dict[str, Any]:
    office = numbering.office_of(unit)
    return {
        "paper": {
            "title": template.titles.get("zh-hans", ""),
            "number": number,
            "day": timezone.localdate(moment),
            "moment": moment,
            "printed_by": printed_by,
        },
        "office": {
            "name": office.signs_as,
            "unit": unit.name,
            "phone": office.phone,
            "address": office.address,
        },
        "to": to,
    }


def _filled(template: PaperTemplate, data: Mapping[str, Any]) -> str:
    shape = shape_of(template.about, template.asks)
    return filled(template.body, shaped(shape, data))
