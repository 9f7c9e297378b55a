"""Acting on a subject through the form of a move, whatever its kind."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from govmap.lib.errors import BadInput, Conflict
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.dossier import Dossier
from workflow.engine import act, may_act_at_all
from workflow.forms import MoveForm, move_meant
from workflow.models import Event
from workflow.phrases import used


class ActView(LoginRequiredMixin, View):
    """Do a move. A script gets the subject as it now is, a browser is sent back to it.

    Refused evidence (400) and a move that came too late (409) show the subject as it
    now is, with what was typed. A kind of subject says in the methods up to `back`
    where it is found and how it is drawn; ``self.kwargs`` has what its address names.
    """

    http_method_names = ("post", "options")
    request: AuthedRequest
    form_class: ClassVar[type[MoveForm]]
    page: ClassVar[str]  # the template of the subject's own page

    def find(self) -> Any:
        """The subject of the act, also for who only did this act. Raises NotFound."""
        raise NotImplementedError

    def dossier(self) -> Dossier:
        """The subject as it now is. Raises Http404 where it is seen no longer."""
        raise NotImplementedError

    def fragment(self, dossier: Any, *, status: int = 200, **said: Any) -> HttpResponse:
        """What a script puts in the place of the subject."""
        raise NotImplementedError

    def do(self, form: MoveForm) -> Any:
        said = form.said(self.request.user)
        return act(form.subject, form.move.verb, by=self.request.user, **said)

    def word(self, form: MoveForm, done: Any) -> str:
        """What is told of it; nothing where the page tells it by itself."""
        return _("Done: %(move)s") % {"move": form.move.label}

    def back(self, form: MoveForm) -> str:
        """Where a browser goes on."""
        return form.page_url

    def context(self, dossier: Any) -> dict[str, Any]:
        """What the page needs beside the dossier."""
        return {}

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        subject, verb = self.find(), request.POST.get("verb", "")
        move = move_meant(subject, verb)
        form = self.form_class(subject, move, request.POST, request.FILES)
        if not form.is_valid():
            # Not allowed comes before not good.
            may_act_at_all(subject, verb, self.request.user)
            return self._refused(form, status=400)
        try:
            done = self.do(form)
        except BadInput as error:
            form.refused(error.text)
            return self._refused(form, status=error.status)
        except Conflict as error:
            return self._refused(form, status=error.status, note=error.text)
        return self._done(form, self.word(form, done))

    def _done(self, form: MoveForm, word: str) -> HttpResponse:
        if chosen := self.request.POST.getlist("phrase"):
            used(self.request.user, chosen)
        if wants_fragment(self.request):
            return self.renewed(word)
        if word:
            messages.success(self.request, word)
        return redirect(self.back(form))

    def renewed(self, word: str) -> HttpResponse:
        """The subject after the act, for a script."""
        return self.fragment(self.dossier(), said=word)

    def _refused(self, form: MoveForm, *, status: int, note: str = "") -> HttpResponse:
        """The subject as it now is, with the form as it was sent where it can be."""
        dossier = self.dossier()
        if note:
            form = form.again(dossier.subject)
        dossier.put(form)
        lost = "" if dossier.open_form is form else form.typed
        said = {"note": note, "lost": lost}
        if wants_fragment(self.request):
            return self.fragment(dossier, status=status, **said)
        context = self.context(dossier) | said
        context |= {"dossier": dossier, "last_event": Event.objects.last_id()}
        return render(self.request, self.page, context, status=status)
