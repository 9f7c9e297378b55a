"""The kinds of subjects: whatever has a life registers itself here."""

from typing import Any, TypeVar

from workflow.models import Subject

SUBJECTS: dict[str, type[Subject]] = {}
# Parts of subjects that have limits of their own, as one called unit's of a whistle.
# Such a row has KIND, RELATED_UNITS, RELATED_PEOPLE, LIMITS, uuid and what answers to
# the names; no state, and no moves. Where the ladder is to act on it, ``whole`` is the
# subject whose move is done, and ``named`` the evidence by which the move names it.
PARTS: dict[str, type[Any]] = {}
S = TypeVar("S", bound=type[Subject])
P = TypeVar("P", bound=type[Any])


def subject(model: S) -> S:
    """Register a model as a kind of subject."""
    SUBJECTS[model.KIND] = model
    return model


def part(model: P) -> P:
    """Register a part of subjects, on whose limits the ladder climbs."""
    PARTS[model.KIND] = model
    return model


def limited() -> dict[str, type[Any]]:
    """Whatever has limits, by its kind."""
    return {**SUBJECTS, **PARTS}


def locked(kind: str, pk: int) -> Subject | None:
    """The row of that kind, locked until the transaction ends; None if there is none.

    Whoever changes what belongs to a subject outside an act takes this lock first.
    """
    model = limited().get(kind)
    if model is None:
        return None
    if kind in PARTS:
        # As every act does it: first the subject, then what belongs to it.
        part = model._default_manager.filter(pk=pk).first()
        if part is not None and (whole := getattr(part, "whole", None)):
            locked(whole.KIND, whole.pk)
    return model._default_manager.select_for_update().filter(pk=pk).first()
