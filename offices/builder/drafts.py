"""A draft: made from nothing, from another module, a table or a file; changed step by
step by whoever saw what the last one left; thrown away."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from govmap.lib.errors import Conflict, NotAllowed
from govmap.lib.history import recorded
from govmap.lib.localized import localized
from govmap.lib.sheets import read_sheet
from offices.builder.access import is_of_district, offices_of, own_office, streets_of
from offices.builder.base_steps import have_subject, set_base
from offices.builder.field_saying import set_field
from offices.builder.field_steps import (
    add_fields,
    drop_field,
    move_field,
    refer_instead,
)
from offices.builder.flow_steps import add_steps, drop_step, move_step, set_step
from offices.builder.guessing import guessed
from offices.builder.kinds import spec_of, title_of
from offices.builder.right_steps import (
    add_figure,
    add_reminder,
    drop_figure,
    drop_reminder,
    set_procedure,
    set_rights,
    usual_rights,
)
from offices.builder.said import BadStep, Said
from offices.builder.total_steps import add_total, drop_total
from offices.builder.use_steps import set_uses
from offices.builder.work import Data, Step, Work, taken_step
from offices.models import Application, Design, DesignStep, Module, ModuleVersion
from offices.modules.definition import FORMAT, in_order, with_order, without_order
from offices.modules.loading import BadDefinition, digest_of
from offices.modules.rights import CREATOR, DEPARTMENT, DISTRICT, WRITE
from offices.modules.soundness import undrawable

State = ModuleVersion.State
YEAR = 365  # days that a new module lasts unless somebody says otherwise
SHOWN = 20
ICON, COLOR = "file-text", "#1f5fae"
MOST_COLUMNS = 60


class Stale(Conflict):
    """Somebody changed this draft meanwhile. Look at what changed, then send again."""

    message = gettext_noop(
        "Somebody changed this draft meanwhile. Look at what changed, then send again."
    )

    def __init__(self, steps: list[DesignStep]) -> None:
        self.said = list(map(told, steps))
        super().__init__()

    @property
    def text(self) -> str:
        return " ".join([_(self.message), *self.said])


class DraftThere(Conflict):
    """A next version is being drafted already. Go on with it."""

    message = gettext_noop("A next version is being drafted already. Go on with it.")


def told(step: DesignStep) -> str:
    """One change as the other person is told of it."""
    at = timezone.localtime(step.at)
    return f"{at:%H:%M} {step.by} {word_of(step.what)} {step.subject}".strip()


def word_of(what: str) -> str:
    words = {
        "base": _("changed what the module is"),
        "add": _("added fields"),
        "field": _("changed the field"),
        "move": _("moved the field"),
        "drop": _("took out the field"),
        "refer": _("referred to the register instead of"),
        "rights": _("changed the rights"),
        "procedure": _("changed the procedure"),
        "total": _("added the total"),
        "total_drop": _("took out the total"),
        "uses": _("changed what it is used for"),
        "flow_add": _("added steps"),
        "flow": _("changed the step"),
        "flow_move": _("moved the step"),
        "flow_drop": _("took out the step"),
        "reminder": _("added the reminder"),
        "reminder_drop": _("took out the reminder"),
        "figure": _("added the figure"),
        "figure_drop": _("took out the figure"),
        "whole": _("replaced the whole definition"),
        "made": _("began the draft"),
    }
    return words.get(what, what)


STEPS: dict[str, Step] = {
    "base": set_base,
    "add": add_fields,
    "field": set_field,
    "move": move_field,
    "drop": drop_field,
    "refer": refer_instead,
    "rights": set_rights,
    "procedure": set_procedure,
    "uses": set_uses,
    "total": add_total,
    "total_drop": drop_total,
    "flow_add": add_steps,
    "flow": set_step,
    "flow_move": move_step,
    "flow_drop": drop_step,
    "reminder": add_reminder,
    "reminder_drop": drop_reminder,
    "figure": add_figure,
    "figure_drop": drop_figure,
}


def plain(version: ModuleVersion) -> Data:
    """The definition of a draft as a file has it."""
    found: Data = without_order(version.definition)
    return found


def empty_definition(title: str, about: str, owner: str, application: str) -> Data:
    """A module that asks nothing yet."""
    until = timezone.localdate() + timedelta(days=YEAR)
    return {
        "format": FORMAT,
        "code": "draft",
        "title": title_of(title),
        "application": application,
        "about": about,
        "owner": owner,
        "ends_on": until.isoformat(),
        "schema": {"type": "object", "properties": {}, "required": []},
        "groups": [],
        **{"list": [], "filters": [], "search": []},
        "symbol": {"icon": ICON, "color": COLOR, "on_wall": False},
        "rights": usual_rights(),
        "process": None,
        **{"reminders": [], "indicators": []},
    }


def street_for(by: User, code: str = "") -> Unit | None:
    """Whose a new module is: none is of the whole district. Raises NotAllowed."""
    own = streets_of(by)
    if code:
        found = next((unit for unit in own if unit.code == code), None)
        if found is None and is_of_district(by):
            streets = Unit.objects.filter(kind=Unit.Kind.STREET)
            found = streets.filter(code=code).first()
        if found is None:
            raise NotAllowed
        return found
    if is_of_district(by):
        return None
    if not own:
        raise NotAllowed
    return own[0]


def _owner(by: User, street: Unit | None, application: str) -> tuple[str, str]:
    """The office that owns a new module, and its application."""
    rows = Application.objects.in_use()
    if street is None:
        row = rows.filter(code=application).first() or rows.first()
        return (row.office, row.code) if row else ("", "")
    office = own_office(by, street)
    suffix = office.code.removeprefix(f"{street.code}-")
    row = (
        rows.filter(code=application).first()
        or rows.filter(office=suffix).first()
        or rows.first()
    )
    wanted = f"{street.code}-{row.office}" if row else ""
    codes = [unit.code for unit in offices_of(street)]
    owner = wanted if application and wanted in codes else office.code
    return owner, row.code if row else ""


def new_draft(by: User, said: Said) -> Design:
    """From nothing. Raises BadStep (400)."""
    street = street_for(by, said.word("street", 40))
    owner, application = _owner(by, street, said.word("application", 24))
    about = said.word("about", 20)
    about = about if about in Module.About.values else str(Module.About.NONE)
    data = empty_definition(_("New module"), about, owner, application)
    work = taken_step(data, _begin, said, frozenset())
    return _keep_new(by, street, work.data)


def _begin(work: Work, said: Said) -> None:
    set_base(work, Said({"title": said.word("title", 40)}))
    have_subject(work)


def from_table(by: User, said: Said, content: bytes) -> Design:
    """Each column of a spreadsheet a field, guessed by its title and its cells."""
    rows = read_sheet(content, [])
    titles = list(rows[0][1]) if rows else []
    found = [
        one
        for title in titles[:MOST_COLUMNS]
        if title and (one := guessed(title, [row.get(title, "") for _n, row in rows]))
    ]
    if not found:
        raise BadStep(
            file=_("The table has no titles, or no row: one row of example is enough.")
        )
    design = new_draft(by, said)
    data = plain(design.version)
    lines = "\n".join(title for title, _given in found)
    work = taken_step(data, add_fields, Said({"lines": lines}), frozenset())
    by_title = dict(found)
    for name in work.made:
        spec = work.properties[name]
        given = by_title[spec["title"]["zh-hans"]]
        work.properties[name] = spec_of(given, spec)
    work = taken_step(work.data, lambda _work, _said: None, Said({}), frozenset())
    return _write(design, work.data, by, "add", "")


def from_module(by: User, module: Module, said: Said) -> Design:
    """A copy of a published module, for one's own street: rights stay within it."""
    assert module.published
    return from_definition(
        by, without_order(module.published.definition), said, told=str(module)
    )


def from_definition(by: User, data: Any, said: Said, *, told: str = "") -> Design:
    """A draft of what a file says. Raises BadDefinition with what cannot be read."""
    if found := undrawable(data):
        raise BadDefinition(list(found))
    street = street_for(by, said.word("street", 40))
    made = {key: part for key, part in data.items() if key != "street"}
    made["code"], made["guide_number"] = "draft", None
    if title := said.word("title", 40):
        made["title"] = title_of(title)
    elif told:
        made["title"] = title_of(f"{told[:30]}（{_('copy')}）")
    if not Application.objects.in_use().filter(code=made["application"]).exists():
        made["application"] = _owner(by, street, "")[1]
    if street is not None:
        made["owner"] = _owner(by, street, made["application"])[0]
        made["rights"] = _kept_within(made["rights"])
        until = timezone.localdate() + timedelta(days=YEAR)
        made["ends_on"] = made.get("ends_on") or until.isoformat()
        made["reminders"] = [
            {**row, "who": _inside(row["who"])}
            if _inside(row.get("who", []))
            else {k: v for k, v in row.items() if k != "who"}
            for row in made.get("reminders", ())
        ]
        if flow := made.get("flow"):
            made["flow"] = [{**step, "who": _inside(step["who"])} for step in flow]
    work = taken_step(made, lambda _work, _said: None, Said({}), frozenset())
    return _keep_new(by, street, work.data)


def _inside(rows: list[Data]) -> list[Data]:
    return [row for row in rows if row["where"] not in (DISTRICT, DEPARTMENT)]


def _kept_within(rights: Data) -> Data:
    """Without who is not of the street; the usual where nobody is left."""
    usual = usual_rights()
    made: Data = {}
    for name, rows in rights.items():
        if name == "sensitive":
            levels = {level: _inside(some) for level, some in rows.items()}
            made[name] = {level: some for level, some in levels.items() if some}
            continue
        left = _inside(rows)
        if name == WRITE:
            left = [row for row in left if row["where"] != CREATOR]
        made[name] = left or ([] if name == "export" else usual[name])
    return made


@transaction.atomic
def _keep_new(by: User, street: Unit | None, data: Data) -> Design:
    with recorded(by):
        data["code"] = _free_code(street)
        if street is not None:
            data["street"] = street.code
        module = Module.objects.create(
            code=data["code"],
            titles=data["title"],
            application=Application.objects.get(code=data["application"]),
            about=data["about"],
            owner=data["owner"],
            street=street,
        )
        return _keep_draft(module, data, by, number=1)


def _free_code(street: Unit | None) -> str:
    """No address of a module is ever given to another one."""
    start = f"s{street.code}"[:18] if street else "module"
    start = "".join(sign for sign in start if sign.isalnum()).lower()
    taken = set(
        Module.objects.filter(code__startswith=start).values_list("code", flat=True)
    )
    number = len(taken) + 1
    while f"{start}_{number}" in taken:
        number += 1
    return f"{start}_{number}"


def _keep_draft(module: Module, data: Data, by: User, *, number: int) -> Design:
    version = ModuleVersion.objects.create(
        module=module,
        number=number,
        definition=with_order(data),
        digest=digest_of(data),
        made_by=by,
    )
    design = Design.objects.create(version=version, street=module.street, changed_by=by)
    _note(design, by, "made", localized(data["title"]))
    return design


def _note(design: Design, by: User, what: str, subject: str) -> None:
    DesignStep.objects.create(
        design=design, revision=design.revision, by=by, what=what, subject=subject[:120]
    )


def next_version(module: Module, by: User) -> Design:
    """A draft of the next version, as the published one is. Raises DraftThere (409)."""
    with recorded(by):
        module = Module.objects.select_for_update().get(pk=module.pk)
        if module.versions.filter(state=State.DRAFT).exists():
            raise DraftThere
        last = module.versions.order_by("-number").first()
        base = module.published or last
        if base is None or last is None:
            raise NotAllowed
        data = without_order(base.definition)
        if module.ends_on:
            data["ends_on"] = module.ends_on.isoformat()
        design = _keep_draft(module, data, by, number=last.number + 1)
        before = Design.objects.filter(version=base).first()
        if before is not None:
            design.samples = before.samples
            design.save(update_fields=["samples"])
        return design


def codes_of_old(module: Module, draft: ModuleVersion) -> frozenset[str]:
    """Codes that other versions of the module gave to their fields and steps."""
    rows = module.versions.exclude(pk=draft.pk).values_list("definition", flat=True)
    return frozenset(
        name
        for data in rows
        for name in (
            *data.get("schema", {}).get("properties", {}),
            *(step["code"] for step in data.get("flow") or ()),
        )
    )


@transaction.atomic
def take_step(
    design: Design, what: str, said: Said, by: User, *, revision: int
) -> tuple[Design, Work]:
    """Change a draft. Raises Stale (409) where ``revision`` is not the newest, BadStep
    (400) where the step cannot be taken; then nothing is changed.
    """
    if what not in STEPS:
        raise BadStep(step=_("There is no such change."))
    row = locked(design, revision)
    taken = codes_of_old(row.version.module, row.version)
    work = taken_step(plain(row.version), STEPS[what], said, taken)
    _owner_allowed(work, row)
    return _write(row, work.data, by, what, work.subject), work


def _owner_allowed(work: Work, design: Design) -> None:
    """A street's module belongs to an office of the street."""
    if design.street is None:
        return
    owners = [unit.code for unit in offices_of(design.street)]
    if work.data["owner"] not in owners:
        raise BadStep(owner=_("Choose one of the list."))


def locked(design: Design, revision: int | None) -> Design:
    """The draft as it is now, for nobody else to change. Raises Stale (409)."""
    rows = Design.objects.select_for_update(of=("self",)).whole()
    row = rows.get(pk=design.pk)
    if revision is not None and revision != row.revision:
        steps = row.steps.filter(revision__gt=revision).select_related("by")
        raise Stale(list(steps[:SHOWN]))
    return row


def _write(design: Design, data: Data, by: User, what: str, subject: str) -> Design:
    """The same again is no change."""
    version = design.version
    if without_order(version.definition) == data and _same_order(version, data):
        return design
    with recorded(by):
        version.definition, version.digest = with_order(data), digest_of(data)
        version.made_by, version.made_at = by, timezone.now()
        version.save()
        design.revision += 1
        design.changed_at, design.changed_by = timezone.now(), by
        design.save(update_fields=["revision", "changed_at", "changed_by"])
        _note(design, by, what, subject)
        module = version.module
        if module.published_id is None:
            module.titles = data["title"]
            module.save(update_fields=["titles"])
    return design


def _same_order(version: ModuleVersion, data: Data) -> bool:
    return list(in_order(version.definition["schema"])) == list(
        data["schema"]["properties"]
    )


def replace_whole(design: Design, data: Any, by: User, *, revision: int) -> Design:
    """The whole definition anew. Raises BadDefinition, BadStep, Stale."""
    if found := undrawable(data):
        raise BadDefinition(list(found))
    with transaction.atomic():
        row = locked(design, revision)
        kept = plain(row.version)
        made = {**data, "code": kept["code"]}
        made.pop("street", None)
        if "street" in kept:
            made["street"] = kept["street"]
        taken = codes_of_old(row.version.module, row.version)
        work = taken_step(made, lambda _work, _said: None, Said({}), taken)
        _owner_allowed(work, row)
        return _write(row, work.data, by, "whole", "")


def discard(design: Design, by: User) -> None:
    """Throw a draft away; a module of which nothing was published goes with it."""
    with recorded(by):
        row = locked(design, None)
        version, module = row.version, row.version.module
        row.delete()
        version.delete()
        if not module.versions.exists():
            module.delete()
