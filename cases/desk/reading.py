"""Every act on a case is unread for whoever had opened it."""

from cases.models import Case
from workflow import seeing
from workflow.effects import after

after(Case.KIND)(seeing.note)
