"""A proposal on each side, for the permission walk."""

from typing import Any

from accounts.models import User
from offices.models import FieldOwner, Person, Proposal, QualityRule
from offices.registers import proposing

ASKERS = {"own": "acceptor", "foreign": "outsider"}


def arguments(side: str, person: Person) -> dict[str, dict[str, Any]]:
    """What the addresses of ownership and quality need."""
    by = User.objects.get(username=ASKERS[side])
    asked = Proposal.objects.filter(subject=person.uuid).first()
    if asked is None:
        # Who entered it today would mend it himself; a label is the office's anyway.
        field = "phone" if side == "own" else "label:volunteer"
        after = "13900004321" if side == "own" else True
        asked = proposing.propose(person, field, after, by)
    return {
        "proposal": {"uuid": asked.uuid},
        "owner_group": {"pk": FieldOwner.objects.earliest("pk").pk},
        "quality_code": {"code": "person-phone"},
        "quality_rule": {"pk": QualityRule.objects.earliest("pk").pk},
    }
