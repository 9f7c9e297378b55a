"""The page of one task of a conference, and its acts."""

from cases.matters.dossier import TaskDossier
from cases.matters.forms import MoveForm
from cases.models import MatterTask
from workflow.act_views import ActView, OneSubject, SubjectView


class OneTask(OneSubject):
    model, dossier_class = MatterTask, TaskDossier
    page, part = "cases/matters/task.html", "cases/matters/_task.html"


class TaskPage(OneTask, SubjectView):
    pass


class TaskAct(OneTask, ActView):
    form_class = MoveForm


task, act_on = TaskPage.as_view(), TaskAct.as_view()
