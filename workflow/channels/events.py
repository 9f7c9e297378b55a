"""What people are told of, by name: what the system says, and what processes say."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.models import Process
from workflow.notices import SAYINGS

LADDER = "ladder"
TELLS = ("notify", "notify_role")
# Of sayings that name people or places only what they are about.
WORDS: dict[str, str | Promise] = {
    LADDER: _("reminders and urging of time limits"),
    "calendar_missing": _("a calendar without holidays"),
    "calendar_arrived": _("a new calendar"),
    "export_asked": _("an export waits for approval"),
    "export_refused": _("an export was refused"),
    "export_made": _("an export is ready"),
    "samples_drawn": _("closed cases drawn for review"),
    "stood_in_for": _("somebody stands in for you"),
    "stands_in": _("you stand in for somebody"),
    "unit_stands_in": _("a unit stands in for another"),
    "stand_in_ended": _("a stand-in ended"),
    "leave_stand_in": _("you are told instead of somebody on leave"),
    "leave_ended": _("somebody is back from leave"),
    "talk_called": _("somebody calls you in a comment"),
    "handover_waits": _("a shift waits for whoever takes it over"),
    "knowledge_review": _("an article of the knowledge base is due for review"),
    "survey_ends": _("a survey ends soon and is not finished"),
    "record_due": _("a date of a record comes near"),
    "comparison_late": _("a list to compare did not come in time"),
    "field_overdue": _("a correction was not decided on in time"),
}


def known() -> dict[str, str]:
    """Each name with what it is called, in the order of the words.

    A name that several processes use is called as the first of them calls its move.
    """
    found = {name: str(WORDS.get(name, saying)) for name, saying in SAYINGS.items()}
    found[LADDER] = str(WORDS[LADDER])
    for process in Process.objects.filter(in_use=True).order_by("kind", "-is_default"):
        for move in process.moves:
            for effect in move.effects:
                verb, _colon, rest = effect.partition(":")
                if verb in TELLS:
                    found.setdefault(rest.partition(":")[0], move.label)
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def named(what: str, names: dict[str, str]) -> str:
    return names.get(what, what) if what else str(_("every event"))
