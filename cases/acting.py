"""Which case an act means."""

from uuid import UUID

from accounts.models import User
from cases.models import Case
from workflow.acting import subject_for_act


def case_for_act(uuid: UUID, act_id: UUID | None, by: User) -> Case:
    """The case, if ``by`` sees it, or did this very act on it. Raises NotFound."""
    rows = Case.objects.select_related("street")
    found: Case = subject_for_act(rows, uuid, act_id, by)
    return found
