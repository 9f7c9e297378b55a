"""Which case an act means."""

from uuid import UUID

from accounts.models import User
from cases.models import Case
from govmap.lib.errors import NotFound
from workflow.models import Event


def case_for_act(uuid: UUID, act_id: UUID | None, by: User) -> Case:
    """The case, if ``by`` sees it, or did this very act on it. Raises NotFound.

    Whoever sent a case back may see it no longer; his act, sent again because the
    answer was lost, is answered as before all the same.
    """
    cases = Case.objects.select_related("street")
    if case := cases.visible_to(by).filter(uuid=uuid).first():
        return case
    mine = Event.objects.of(Case.KIND, uuid).filter(actor=by)
    if act_id is None or not mine.filter(act_id=act_id).exists():
        raise NotFound
    return cases.get(uuid=uuid)
