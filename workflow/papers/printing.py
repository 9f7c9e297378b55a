"""Papers are printed: numbered, filled and written down in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Unit, User
from govmap.lib.errors import BadInput
from workflow.models import PaperBatch, PaperTemplate, PrintedPaper
from workflow.papers import numbering
from workflow.papers.about import Found
from workflow.papers.errors import IsVoid, MayNotPrint, NotOffered, PaperReused
from workflow.papers.filling import addressed, answers, fill
from workflow.papers.permissions import is_offered, post_for

MOST_AT_ONCE = 100


def issuing_post(template: PaperTemplate, found: Found, user: User) -> Membership:
    """Raises MayNotPrint (403) and NotOffered (409)."""
    post = post_for(template, found, user)
    if post is None:
        raise MayNotPrint
    if not is_offered(template, found):
        raise NotOffered
    return post


def print_paper(
    template: PaperTemplate,
    found: Found,
    user: User,
    *,
    uuid: UUID,
    to_name: str = "",
    sent: Mapping[str, Any] | None = None,
) -> PrintedPaper:
    """Number it, fill it, write it down. Sent again with the same uuid: the same paper.

    The file is made apart from this (`workflow.papers.files`): a number is never held
    up by the setting of another paper. Raises MayNotPrint, NotOffered, AnswerMissing,
    TooLong, PaperReused.
    """
    if done := _done(uuid, template, found, user):
        return done
    post = issuing_post(template, found, user)
    asked = answers(template, sent or {})
    try:
        with transaction.atomic():
            return _write(
                template, found, user, post, uuid=uuid, to_name=to_name, asked=asked
            )
    except IntegrityError:
        # The same came in twice at once, and the other was first.
        if done := _done(uuid, template, found, user):
            return done
        raise


def _done(
    uuid: UUID, template: PaperTemplate, found: Found, user: User
) -> PrintedPaper | None:
    row = PrintedPaper.objects.listed().filter(uuid=uuid).first()
    if row is None:
        return None
    same = (template.code, found.kind, found.key, user.pk)
    if (row.code, row.kind, row.key, row.printed_by_id) != same:
        raise PaperReused
    return row


def _write(
    template: PaperTemplate,
    found: Found,
    user: User,
    post: Membership,
    *,
    uuid: UUID,
    to_name: str,
    asked: Mapping[str, str],
    batch: PaperBatch | None = None,
) -> PrintedPaper:
    moment = timezone.now()
    year = timezone.localdate(moment).year
    serial, number = _next(template, post.unit, year)
    units = addressed(template, found)
    to = to_name.strip()[:120] or "、".join(unit.name for unit in units)
    html = fill(
        template, found, user, post, number=number, to=to, asked=asked, moment=moment
    )
    return PrintedPaper.objects.create(
        uuid=uuid,
        template=template,
        kind=found.kind,
        key=found.key,
        label=found.label,
        number=number,
        code=template.code,
        unit=post.unit,
        year=year,
        serial=serial,
        # Whom it was rewritten to is no unit that we know.
        to_unit=units[0] if units and not to_name.strip() else None,
        to_name=to[:120],
        printed_by=user,
        printed_at=moment,
        html=html,
        batch=batch,
    )


def _next(template: PaperTemplate, unit: Unit, year: int) -> tuple[int | None, str]:
    if not template.number_rule:
        return None, ""
    serial = numbering.next_serial(template.code, unit, year)
    office = numbering.office_of(unit)
    return serial, numbering.number_of(template.number_rule, office, year, serial)


@transaction.atomic
def print_many(
    template: PaperTemplate, things: Sequence[Found], user: User
) -> PaperBatch:
    """One paper for each, to be one file. All of them or none.

    Raises BadInput for none or too many, and what `print_paper` raises.
    """
    if not template.many or not 0 < len(things) <= MOST_AT_ONCE:
        raise BadInput
    batch = PaperBatch.objects.create(
        template=template, printed_by=user, printed_at=timezone.now()
    )
    asked = answers(template, {})
    for found in things:
        post = issuing_post(template, found, user)
        _write(
            template,
            found,
            user,
            post,
            uuid=uuid4(),
            to_name="",
            asked=asked,
            batch=batch,
        )
    return batch


@transaction.atomic
def void(paper: PrintedPaper, user: User, reason: str) -> None:
    """作废: it stays on record, and its number stays used. Raises IsVoid, BadInput."""
    row = PrintedPaper.objects.select_for_update().defer("html").get(pk=paper.pk)
    if row.is_void:
        raise IsVoid
    if not reason.strip():
        raise BadInput
    row.voided_at, row.voided_by = timezone.now(), user
    row.void_reason = reason.strip()[:200]
    row.save(update_fields=["voided_at", "voided_by", "void_reason"])
