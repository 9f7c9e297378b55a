"""What is wrong with how a module's records move: its procedure and its steps."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.roles import Role
from offices.modules.definition import COMPUTED, Definition
from offices.modules.flow import CREATOR, PLACES, FlowStep
from workflow.models import Process


def check_procedure(definition: Definition) -> Iterator[str]:
    if definition.flow:
        yield from _flow(definition)
        return
    code = definition.process
    process = None
    if code:
        rows = Process.objects.filter(code=code, kind="record")
        process = rows.order_by("-version").first()
        if process is None:
            yield _(
                "“process”: there is no procedure “%(name)s” of the kind “record”."
            ) % {"name": code}
    verbs = {move.verb for move in process.moves} if process else set()
    for verb, names in definition.data.get("steps", {}).items():
        told = {"verb": verb}
        if process and verb not in verbs:
            yield _("“steps”: the procedure has no move “%(verb)s”.") % told
        elif process and not any(
            "fields" in move.evidence for move in process.moves if move.verb == verb
        ):
            yield (
                _("“steps”: the move “%(verb)s” must take the evidence “fields”.")
                % told
            )
        for name in names:
            yield from _field(definition, name)


def check_step_fields(definition: Definition) -> Iterator[str]:
    """Each field that a step of its own asks is there."""
    for step in definition.flow:
        for name in step.fields:
            yield from _field(definition, name)


def _field(definition: Definition, name: str) -> Iterator[str]:
    told = {"name": name}
    if name not in definition.fields:
        yield _("“steps”: “%(name)s” is none of the fields.") % told
    elif definition.fields[name].kind == COMPUTED:
        yield _("“steps”: “%(name)s” is computed and cannot be filled in.") % told


def _flow(definition: Definition) -> Iterator[str]:
    """Steps of its own: each can be done by somebody who sees the entry."""
    data = definition.data
    if data.get("process") or data.get("steps"):
        yield _(
            "“flow” stands beside “process” or “steps”: a module has either steps of"
            " its own or a procedure of the site."
        )
    codes = [step.code for step in definition.flow]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield _("Two steps have the code “%(code)s”: give one another.") % {
            "code": code
        }
    titles = [step.title for step in definition.flow]
    for title in dict.fromkeys(t for t in titles if titles.count(t) > 1):
        yield _("Two steps are called “%(step)s”: name one otherwise.") % {
            "step": title
        }
    asked: set[str] = set()
    for step in definition.flow:
        yield from _who(definition, step)
        for name in step.fields:
            yield from _field(definition, name)
            if name in asked:
                one = definition.fields.get(name)
                told = {"name": one.label if one else name}
                yield _("“%(name)s” is asked by two steps: leave it in one.") % told
        asked |= set(step.fields)
    if asked and asked >= {
        one.name for one in definition.fields.values() if one.kind != COMPUTED
    }:
        yield _(
            "Every field is asked by a step: leave at least one for whoever enters it."
        )


def _who(definition: Definition, step: FlowStep) -> Iterator[str]:
    told = {"step": step.title}
    if not step.who:
        yield _("Step “%(step)s”: choose who does it.") % told
    readers = {entry["role"] for entry in definition.rights("read")}
    for entry in step.who:
        if entry["role"] not in Role.values:
            said = {**told, "role": entry["role"]}
            yield _("Step “%(step)s”: nobody has the role “%(role)s”.") % said
            continue
        if entry["where"] not in (*PLACES, CREATOR):
            said = {**told, "where": entry["where"]}
            yield _("Step “%(step)s”: “%(where)s” is no place of an entry.") % said
        if entry["role"] not in readers:
            said = {**told, "role": str(Role(entry["role"]).label)}
            yield (
                _(
                    "Step “%(step)s”: %(role)s may not read the entries:"
                    " tick “read” for them."
                )
                % said
            )
