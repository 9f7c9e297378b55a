"""Which subject an act means."""

from typing import Any
from uuid import UUID

from accounts.models import User
from govmap.lib.errors import NotFound
from workflow.models import Event


def subject_for_act(rows: Any, uuid: UUID, act_id: UUID | None, by: User) -> Any:
    """The one of ``rows`` that ``by`` sees, or did this very act on. Raises NotFound.

    Whoever sent a subject back may see it no longer; his act, sent again because the
    answer was lost, is answered as before all the same.
    """
    if found := rows.visible_to(by).filter(uuid=uuid).first():
        return found
    mine = Event.objects.of(rows.model.KIND, uuid).filter(actor=by)
    if act_id is None or not mine.filter(act_id=act_id).exists():
        raise NotFound
    return rows.get(uuid=uuid)
