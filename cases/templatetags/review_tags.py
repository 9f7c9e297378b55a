"""What the pages of the review draw of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from cases.dossier import Dossier
from cases.models import Example, Sample
from cases.permissions import can_review
from cases.reviewing import samples
from cases.reviewing.permissions import is_supervisor, reads_examples
from cases.reviewing.places import Moment, moments_of
from workflow.models import Attachment

register = template.Library()
register.filter("why_drawn", samples.why)
register.filter("is_supervisor", is_supervisor)
register.filter("reads_examples", reads_examples)


@register.simple_tag
def sample_of(dossier: Dossier) -> Sample | None:
    """The reader's own sample of the case; one query, for supervisors alone."""
    if not is_supervisor(dossier.reader):
        return None
    return samples.sample_of(dossier.reader, dossier.case)


@register.simple_tag
def evidence_moments(dossier: Dossier) -> list[Moment]:
    """Where and when; for nobody but who reviews."""
    return moments_of(dossier) if can_review(dossier.reader) else []


@dataclass(frozen=True)
class Shown:
    """A photo with the addresses under which this page shows it."""

    url: str
    thumb: str


def _shown(photos: Iterable[Attachment], example: Example | None) -> list[Shown]:
    """An example shows its photos also to who does not see its case."""
    if example is None:
        return [
            Shown(
                reverse("workflow:file", args=[photo.uuid]),
                reverse("workflow:thumb", args=[photo.uuid]),
            )
            for photo in photos
        ]
    return [
        Shown(
            reverse("reviewing:example-photo", args=[example.uuid, photo.uuid]),
            reverse("reviewing:example-thumb", args=[example.uuid, photo.uuid]),
        )
        for photo in photos
    ]


@register.inclusion_tag("cases/reviewing/_compare.html")
def compare(dossier: Dossier) -> dict[str, Any]:
    """The photos of the report and of the result, one laid over the other."""
    before, after = dossier.before, dossier.after
    return {
        "before": _shown(before.photos if before else [], None),
        "after": _shown(after.photos if after else [], None),
        "before_step": before,
        "after_step": after,
    }


@register.inclusion_tag("cases/reviewing/_compare.html")
def compare_example(told: Any) -> dict[str, Any]:
    """The same of an example: without who was there."""
    return {
        "before": _shown(told.before, told.row),
        "after": _shown(told.after, told.row),
    }


@register.filter
def example_thumbs(told: Any) -> list[Shown]:
    """One photo before and one after, for a card."""
    first, last = told.before[-1:], told.after[-1:]
    return _shown([*first, *last], told.row)
