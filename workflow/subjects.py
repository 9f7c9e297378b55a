"""The kinds of subjects: whatever has a life registers itself here."""

from typing import TypeVar

from workflow.models import Subject

SUBJECTS: dict[str, type[Subject]] = {}
S = TypeVar("S", bound=type[Subject])


def subject(model: S) -> S:
    """Register a model as a kind of subject."""
    SUBJECTS[model.KIND] = model
    return model
