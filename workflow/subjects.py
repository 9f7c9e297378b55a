"""The kinds of subjects: whatever has a life registers itself here."""

from typing import TypeVar

from workflow.models import Subject

SUBJECTS: dict[str, type[Subject]] = {}
S = TypeVar("S", bound=type[Subject])


def subject(model: S) -> S:
    """Register a model as a kind of subject."""
    SUBJECTS[model.KIND] = model
    return model


def locked(kind: str, pk: int) -> Subject | None:
    """The row of that kind, locked until the transaction ends; None if there is none.

    Whoever changes what belongs to a subject outside an act takes this lock first.
    """
    model = SUBJECTS.get(kind)
    if model is None:
        return None
    return model._default_manager.select_for_update().filter(pk=pk).first()
