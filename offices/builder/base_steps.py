"""What a module is called, is about, whose it is, how long it lasts."""

from datetime import date

from django.utils.translation import gettext as _

from offices.builder.arranging import may_list, put_sections, sections
from offices.builder.guessing import CHINESE
from offices.builder.kinds import title_of
from offices.builder.said import BadStep, Said
from offices.builder.words import WORDS
from offices.builder.work import Data, Work
from offices.models import Application, Module
from offices.modules.definition import PLACE, S1

REGISTERS = ("person", "household", "dwelling", "organization", "part")


def set_base(work: Work, said: Said) -> None:
    """What the module is called, is about, whose it is, how long it lasts."""
    data, title = work.data, said.text("title", 40)
    if title is not None:
        if not CHINESE.search(title):
            raise BadStep(title=_("Give it a Chinese name."))
        data["title"] = title_of(title, data.get("title"))
    if (summary := said.text("summary", 400)) is not None:
        data.pop("summary", None)
        if summary:
            data["summary"] = {"zh-hans": summary}
    if application := said.word("application", 24):
        if not Application.objects.in_use().filter(code=application).exists():
            raise BadStep(application=_("Choose one of the list."))
        data["application"] = application
    if about := said.word("about", 20):
        if about not in Module.About.values:
            raise BadStep(about=_("Choose one of the list."))
        data["about"] = about
        have_subject(work)
    if (ends_on := said.text("ends_on", 10)) is not None:
        data["ends_on"] = _day(ends_on)
    if owner := said.word("owner", 40):
        data["owner"] = owner
    for name in ("icon", "color"):
        if found := said.word(name, 40):
            data["symbol"][name] = found
    work.subject = data["title"]["zh-hans"]


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadStep(ends_on=_("A day such as 2026-03-08, please.")) from error


def have_subject(work: Work) -> None:
    """What the module is about is chosen from its register, and never typed."""
    about = work.data["about"]
    fields = work.definition.fields.values()
    if about in REGISTERS and not any(one.ref == about for one in fields):
        _first(work, about, {"x-ref": about, "title": title_of(WORDS["refs"][about])})
    if about == PLACE and not any(one.kind == PLACE for one in fields):
        title = {"title": title_of(WORDS["place"])}
        _first(work, PLACE, {"x-place": True, **title})


def _first(work: Work, wanted: str, spec: Data) -> None:
    name = work.free(wanted)
    rest = sections(work.data)
    work.properties[name] = {**spec, "x-sensitivity": S1}
    put_sections(work.data, [(rest[0][0] if rest else "", name), *rest])
    work.data["schema"]["required"].insert(0, name)
    if may_list(work.definition.fields[name]):
        work.data["list"].insert(0, name)
