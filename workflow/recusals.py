"""近亲属备案: who is related to the applicant is recorded, and replaced.

A process has a move with the evidence ``relative`` and the effect ``record_relative``,
and the guard ``unrelated`` on every move by which somebody surveys, reviews or decides.
"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from workflow import forms as move_forms
from workflow.effects import Doing, effect
from workflow.evidence import Asked, read_text, reads
from workflow.guards import Looking, guard
from workflow.models import Recusal, Subject


def people_at(subject: Subject) -> QuerySet[User]:
    """Who holds a post in one of the units that the subject names, by name."""
    units: set[int] = set()
    for name in subject.RELATED_UNITS:
        units |= subject.related_units(name)
    posts = Membership.objects.valid_at(timezone.now()).filter(unit__in=units)
    rows = User.objects.filter(is_active=True, pk__in=posts.values("user_id"))
    return rows.order_by("name", "username")


@reads("relative", human=True, words=gettext_lazy("somebody on the staff"))
def read_relative(asked: Asked, raw: Any) -> tuple[User, str]:
    """The user name of somebody in the units that the subject names."""
    name = read_text(asked, raw)
    person = people_at(asked.subject).filter(username=name).first()
    if person is None:
        raise asked.trouble(_("choose one of the list"))
    return person, str(person.uuid)


@move_forms.makes("relative", "workflow/fields/_relative.html")
def _relative(asked: move_forms.Asked) -> forms.Field:
    people = [(user.username, str(user)) for user in people_at(asked.subject)]
    return forms.ChoiceField(choices=[("", ""), *people])


@effect(
    "record_relative",
    words=gettext_lazy("who is a near relative has no part in it any more"),
)
def record_relative(doing: Doing) -> None:
    """Of the evidence ``relative``; without it, who acts says so of himself."""
    Recusal.objects.get_or_create(
        kind=doing.row.KIND,
        subject_id=doing.row.pk,
        person=doing.told("relative") or doing.by,
        defaults={
            "relation": str(doing.told("reason") or ""),
            "recorded_by": doing.by,
            "recorded_at": doing.moment,
        },
    )


@guard(
    "unrelated",
    words=gettext_lazy("who acts is no near relative of the applicant"),
)
def unrelated(looking: Looking) -> str:
    """Nobody decides or surveys where he is recorded as a near relative."""
    if looking.subject.pk in looking.around.recused:
        return _(
            "You are recorded as a near relative of whom this is about: somebody else"
            " must do it."
        )
    return ""
