"""The forms of a case's moves: what its own evidence looks like to who fills it in."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Unit
from cases.dispatching import Proposal, propose
from cases.duplicates import Near, near
from cases.evidence import ADDRESS_MAX
from cases.models import Case, Source
from workflow import forms as forms_of_moves
from workflow.forms import Asked, NumbersField, makes
from workflow.models import Category, Condition

FOUND_MOST = 8  # classes shown for one search


class OptionsField(forms.IntegerField):
    """The id of one of ``options``; the engine refuses what it may not be."""

    def __init__(self, options: Sequence[Category] | Sequence[Condition]) -> None:
        super().__init__()
        self.options = options


class OtherCaseField(forms.CharField):
    """The number of a case, typed or chosen among ``options``."""

    def __init__(self, options: Sequence[Near]) -> None:
        super().__init__(max_length=40)
        self.options = options


@makes("address", "cases/fields/_address.html")
def _address(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=ADDRESS_MAX, initial=asked.subject.address)


@makes("place", "cases/fields/_place.html")
def _place(asked: Asked) -> forms.Field:
    return NumbersField()


@makes("category", "cases/fields/_category.html")
def _category(asked: Asked) -> forms.Field:
    return OptionsField(find_categories(asked.query))


@makes("condition", "cases/fields/_condition.html")
def _condition(asked: Asked) -> forms.Field:
    """The conditions of the case's class, or of the classes searched for."""
    options = conditions_for(asked.subject, asked.query)
    field = OptionsField(options)
    field.initial = asked.subject.condition_id or (options[0].pk if options else None)
    return field


@makes("unit", "cases/fields/_unit.html")
def _unit(asked: Asked) -> forms.Field:
    """Units that dispose; one is proposed and told why, never imposed."""
    proposal = _proposal(asked.subject)
    choices = [("", _("Choose a department"))]
    field = forms.ChoiceField(help_text=proposal.why)
    for unit in _disposing(asked.subject):
        if proposal.unit and unit.pk == proposal.unit.pk:
            field.initial = unit.code
            choices.insert(1, (unit.code, f"{unit} {_('(proposed)')}"))
        else:
            choices.append((unit.code, str(unit)))
    field.choices = choices
    return field


def _proposal(case: Case) -> Proposal:
    """Asked once for all the forms of a case."""
    kept = case.__dict__
    if "_proposal" not in kept:
        kept["_proposal"] = propose(case)
    found: Proposal = kept["_proposal"]
    return found


@makes("units", "cases/fields/_units.html")
def _units(asked: Asked) -> forms.Field:
    """Units that could help the host."""
    units = [(unit.code, str(unit)) for unit in _disposing(asked.subject)]
    return forms.MultipleChoiceField(choices=units)


def _disposing(case: Case) -> list[Unit]:
    """Read once for all the forms of a case that offer them."""
    kept = case.__dict__
    if "_disposing" not in kept:
        units = Unit.objects.disposing().select_related("parent").order_by("code")
        kept["_disposing"] = list(units)
    found: list[Unit] = kept["_disposing"]
    return found


@makes("street", "cases/fields/_unit.html")
def _street(asked: Asked) -> forms.Field:
    streets = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
    streets = streets.exclude(pk=asked.subject.street_id)
    choices = [(unit.code, str(unit)) for unit in streets]
    return forms.ChoiceField(choices=[("", _("Choose a street")), *choices])


@makes("source", "cases/fields/_unit.html")
def _source(asked: Asked) -> forms.Field:
    choices = [(row.code, str(row)) for row in Source.objects.in_use()]
    return forms.ChoiceField(choices=[("", _("Choose a source")), *choices])


@makes("urgent", "cases/fields/_urgent.html")
def _urgent(asked: Asked) -> forms.Field:
    return forms.BooleanField()


@makes("case", "cases/fields/_case.html")
def _case(asked: Asked) -> forms.Field:
    """Another case by its number; those near it that could be meant are offered."""
    case = asked.subject
    found = near(case.category, case.place, case.reported_at, besides=case)
    return OtherCaseField(
        [row for row in found if row.case.street_id == case.street_id]
    )


class MoveForm(forms_of_moves.MoveForm):
    """The form of one move of one case."""

    @property
    def case(self) -> Case:
        return cast(Case, self.subject)

    @property
    def action_url(self) -> str:
        return reverse("cases:act", args=[self.case.uuid])

    @property
    def page_url(self) -> str:
        return reverse("cases:case", args=[self.case.uuid])

    @property
    def searches(self) -> bool:
        return "condition" in self.fields


def find_categories(query: str) -> list[Category]:
    """Subclasses whose name, initials or code the query names; all where it is empty.

    Those that begin with the query come first.
    """
    rows = Category.objects.choosable().select_related("parent")
    if not query:
        return list(rows)
    rows = rows.filter(
        Q(name__icontains=query)
        | Q(name_en__icontains=query)
        | Q(initials__icontains=query)
        | Q(code__startswith=query)
    )
    begins = Q(name__startswith=query) | Q(initials__startswith=query)
    rows = rows.annotate(begins=ExpressionWrapper(begins, models.BooleanField()))
    return list(rows.order_by("-begins", "kind", "code")[:FOUND_MOST])


def conditions_for(case: Case, query: str = "") -> list[Condition]:
    """The conditions of the case's class, or of the classes that the query finds."""
    rows = Condition.objects.in_use().select_related("category", "department")
    if query:
        return list(rows.filter(category__in=find_categories(query)))
    return list(rows.filter(category=case.category_id))
