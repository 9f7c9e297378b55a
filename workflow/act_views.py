"""The page of a subject, and acting on it through the form of a move, of any kind."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from govmap.lib.errors import BadInput, Conflict
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import notices
from workflow.acting import subject_for_act
from workflow.dossier import Dossier
from workflow.engine import act, may_act_at_all
from workflow.forms import MoveForm, act_id_of, move_meant
from workflow.models import Event, Subject
from workflow.phone_time import phone_time
from workflow.phrases import used


class OneSubject(LoginRequiredMixin, View):
    """Where one subject of a kind is found and how it is drawn.

    Its page and its acts say this once, in a class of their own that both are made
    of; ``self.kwargs`` has what the address names. A kind that keeps to ``uuid`` in
    its address and `listed` in its queryset says the four names and no more.
    """

    request: AuthedRequest
    model: ClassVar[type[Subject]]
    dossier_class: ClassVar[type[Dossier]]
    page: ClassVar[str]  # the template of the subject's own page
    part: ClassVar[str]  # what a script puts in the place of the subject

    def rows(self) -> Any:
        """All of the kind, with what the page shows of one."""
        return self.model._default_manager.listed()  # type: ignore[attr-defined]

    def seen(self) -> Any:
        """The subject as the reader sees it. Raises Http404."""
        seen = self.rows().visible_to(self.request.user)
        return get_object_or_404(seen, uuid=self.kwargs["uuid"])

    def dossier(self) -> Dossier:
        """The subject as it now is. Raises Http404 where it is seen no longer."""
        return self.dossier_class(self.seen(), self.request.user)

    def fragment(self, dossier: Any, *, status: int = 200, **said: Any) -> HttpResponse:
        """What a script puts in the place of the subject."""
        said["dossier"] = dossier
        return render(self.request, self.part, said, status=status)

    def context(self, dossier: Any) -> dict[str, Any]:
        """What the page needs beside the dossier."""
        return {}


@method_decorator(never_cache, name="dispatch")
class SubjectView(OneSubject):
    """Its page; a script asks again for what changed in it. ``?move=`` opens a form."""

    http_method_names = ("get", "head", "options")

    def opened(self, subject: Any) -> None:
        """Whoever opens the page has read what he was told of it."""
        notices.read_about(self.request.user, subject.KIND, subject.uuid)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        # Before it is read: what happens in between is told twice, never missed.
        last = Event.objects.last_id()
        found = self.seen()
        self.opened(found)
        verb = request.GET.get("move", "")
        dossier = self.dossier_class(found, self.request.user, verb=verb)
        if wants_fragment(request):
            return self.fragment(dossier)
        context = self.context(dossier) | {"dossier": dossier, "last_event": last}
        return render(request, self.page, context)


class ActView(OneSubject):
    """Do a move. A script gets the subject as it now is, a browser is sent back to it.

    Refused evidence (400) and a move that came too late (409) show the subject as it
    now is, with what was typed.
    """

    http_method_names = ("post", "options")
    form_class: ClassVar[type[MoveForm]]
    # Whether several act in the same minute, as called units that sign: of moves that
    # stay in the state none is sent back because another was first.
    many_at_once: ClassVar[bool] = False

    def find(self) -> Any:
        """The subject of the act, also for who only did this act. Raises NotFound."""
        act_id = act_id_of(self.request.POST)
        uuid, user = self.kwargs["uuid"], self.request.user
        return subject_for_act(self.rows(), uuid, act_id, user)

    def do(self, form: MoveForm) -> Any:
        said = form.said(self.request.user)
        if self.many_at_once and form.move.stays:
            said.pop("after_event")
        said["happened_at"] = form.cleaned_data["happened_at"]
        return act(form.subject, form.move.verb, by=self.request.user, **said)

    def note_clock(self) -> None:
        """An act may have waited on a phone whose clock is wrong."""
        if act_id := act_id_of(self.request.POST):
            phone_time(self.request.POST).note(self.request.user, act_id)

    def word(self, form: MoveForm, done: Any) -> str:
        """What is told of it; nothing where the page tells it by itself."""
        return _("Done: %(move)s") % {"move": form.move.label}

    def back(self, form: MoveForm) -> str:
        """Where a browser goes on."""
        return form.page_url

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
        self.note_clock()
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
