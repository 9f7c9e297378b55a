"""Where two entries become one, what waits of the one that goes waits of the other."""

from typing import Any

from offices.models import Proposal
from offices.registers.merging import follows


@follows
def proposals_follow(register: str, stays: Any, goes: Any) -> None:
    """Open ones, but where the same person asked of both for one field."""
    waiting = Proposal.objects.open()
    same = waiting.filter(subject=stays.uuid)
    there = set(same.values_list("field", "asked_by"))
    for one in waiting.filter(register=register, subject=goes.uuid):
        if (one.field, one.asked_by_id) not in there:
            one.subject = stays.uuid
            one.street, one.community = stays.street, stays.community
            one.save(update_fields=["subject", "street", "community"])
