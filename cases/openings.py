"""Which process a new case begins with, and by which of its opening moves."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.roles import Role
from cases.evidence import category_meant
from cases.models import Case
from workflow.models import Process, Transition
from workflow.openings import first_process

# A report that names no source has that of whoever sent it.
SOURCES: dict[str, str] = {Role.VOLUNTEER: "volunteer", Role.ACCEPTOR: "desk"}


def source_of(role: str) -> str:
    return SOURCES.get(role, "field")


def opening_for(
    draft: Case, by: User, evidence: dict[str, Any]
) -> tuple[Process, Transition]:
    """The process, and the opening of it that fits what is given best.

    Raises MayNotAct (403).
    """
    process, openings = first_process(draft, by, facts_of(draft, by, evidence))
    return process, best_of(openings, evidence)


def facts_of(draft: Case, by: User, evidence: dict[str, Any]) -> dict[str, Any]:
    """What processes ask before they take a case (`Case.FACTS`)."""
    roles = [post.role for post in by.posts]
    source = evidence.get("source") or source_of(roles[0] if roles else "")
    category = category_meant(draft, evidence.get("category"))
    urgent = bool(evidence.get("urgent")) or bool(category and category.urgent)
    return {"sources": source, "urgent": urgent}


def best_of(openings: Sequence[Transition], evidence: dict[str, Any]) -> Transition:
    """The first that takes all that is given, else the first."""
    given = {name for name, value in evidence.items() if value not in ("", None, [])}
    fitting = (move for move in openings if given <= set(move.evidence))
    return next(fitting, openings[0])
