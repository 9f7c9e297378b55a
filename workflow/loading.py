"""The engine's part of a site package: calendar, classification, processes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from govmap.lib.errors import BadInput
from workflow import (
    calendar_loading,
    classification,
    export_loading,
    ladder_loading,
    phrase_loading,
    processes,
)
from workflow.channels import loading as channel_loading
from workflow.models import Process, ProcessFile, State, Transition
from workflow.package_rows import PackageRows
from workflow.processes import Draft

UNCHANGED = "unchanged"


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice; what a package leaves out stays as it is.

    Raises BadInput that names file, line and what to do; then nothing is changed.
    """
    progress(f"calendar: {calendar_loading.load(folder / 'calendar.json')}")
    for line in classification.load(folder / "classification"):
        progress(line)
    for line in load_processes(folder / "processes"):
        progress(line)
    progress(f"ladder: {ladder_loading.load(folder / 'ladder.json')}")
    progress(f"phrases: {phrase_loading.load(folder / 'phrases.json')}")
    progress(f"channels: {channel_loading.load(folder / channel_loading.FILE)}")
    progress(f"exports: {export_loading.load(folder / 'exports.json')}")


def load_usual_processes(folder: Path) -> Iterator[str]:
    """As `load_processes`, but only of kinds that the site brought none of."""
    for path in sorted(folder.glob("*.json")):
        draft = processes.read(path)
        kind = draft.data["kind"]
        brought = Process.objects.filter(kind=kind).exclude(code=draft.data["code"])
        if not brought.exists():
            done = load_process(draft)
            yield f"process {name_of(draft)}: {done}"
            new = {draft.data["code"]} if done != UNCHANGED else set()
            _choose_default(kind, [draft], new)


def load_processes(folder: Path) -> Iterator[str]:
    """A report line a process. A loaded version never changes; a new one is added."""
    drafts = [processes.read(path) for path in sorted(folder.glob("*.json"))]
    drafts.sort(key=lambda draft: (draft.data["code"], draft.data["version"]))
    new = set[str]()
    for draft in drafts:
        done = load_process(draft)
        if done != UNCHANGED:
            new.add(draft.data["code"])
        yield f"process {name_of(draft)}: {done}"
    for kind in sorted({draft.data["kind"] for draft in drafts}):
        _choose_default(kind, drafts, new)


def name_of(draft: Draft) -> str:
    return f"{draft.data['code']} version {draft.data['version']}"


def load_process(draft: Draft, *, in_use: bool = True) -> str:
    """Its rows, unless they are there. Returns what was done, for a report.

    ``in_use``: whether new subjects may begin with it from now on. Raises BadInput
    where the version is loaded with other content.
    """
    data, digest = draft.data, draft.digest
    loaded = Process.objects.filter(code=data["code"], version=data["version"]).first()
    if loaded and loaded.digest != digest:
        raise BadInput(
            f"Process {name_of(draft)} is loaded with other content, and cases may run"
            f" on it. Raise the version to {data['version'] + 1} in its file."
        )
    if loaded:
        ProcessFile.objects.get_or_create(process=loaded, defaults={"text": draft.text})
        return UNCHANGED
    process = Process.objects.create(
        kind=data["kind"],
        code=data["code"],
        version=data["version"],
        titles=data["title"],
        takes=data.get("takes", {}),
        priority=data.get("priority", 0),
        limits=data.get("limits", {}),
        pauses=data.get("pauses", {}),
        in_use=in_use,
        digest=digest,
    )
    ProcessFile.objects.create(process=process, text=draft.text)
    states = State.objects.bulk_create(_states(process, draft))
    by_code = {state.code: state for state in states}
    moves = Transition.objects.bulk_create(_transitions(process, draft, by_code))
    return f"{len(states)} states, {len(moves)} moves"


def _states(process: Process, draft: Draft) -> list[State]:
    return [
        State(
            process=process,
            code=state["code"],
            phase=state["phase"],
            labels=state["label"],
            order=order,
            on_rail=state.get("rail", True),
        )
        for order, state in enumerate(draft.data["states"], start=1)
    ]


def _transitions(
    process: Process, draft: Draft, states: dict[str, State]
) -> list[Transition]:
    return [
        Transition(
            process=process,
            verb=move.spec["verb"],
            from_state=states[move.from_state] if move.from_state else None,
            to_state=states[move.to_state],
            labels=move.spec["label"],
            who=move.spec["who"],
            when=move.spec.get("when", []),
            auto=move.spec.get("auto", False),
            when_over=move.when_over,
            barred=move.spec.get("barred", []),
            evidence=_ordered(move.spec.get("evidence", {})),
            reasons=move.spec.get("reasons", []),
            effects=move.spec.get("effects", []),
            primary=move.spec.get("primary", False),
            order=order,
        )
        for order, move in enumerate(draft.moves, start=1)
    ]


def _ordered(evidence: dict[str, Any]) -> dict[str, Any]:
    """The database does not keep the order of keys, and a form needs one."""
    return {
        name: {**spec, "order": order}
        for order, (name, spec) in enumerate(evidence.items(), start=1)
    }


def _choose_default(kind: str, drafts: list[Draft], new: set[str]) -> None:
    """The newest version of the process that the package calls the default.

    Where the package says what it said before, the choice of an administrator stays;
    of the process that is usual now, a version among the ``new`` codes takes over.
    """
    codes = {
        draft.data["code"]
        for draft in drafts
        if draft.data["kind"] == kind and draft.data.get("default")
    }
    if len(codes) > 1:
        raise BadInput(
            f"Processes {', '.join(sorted(codes))} all call themselves the default for"
            f' “{kind}”. Leave "default": true in one of them.'
        )
    rows = Process.objects.filter(kind=kind)
    if not codes and not rows.filter(is_default=True).exists():
        raise BadInput(
            f'No process for “{kind}” is the default. Write "default": true in one.'
        )
    known = PackageRows(f"usual process: {kind}")
    says_new = bool(codes) and known.is_new("code", sorted(codes))
    known.keep()
    usual = rows.filter(is_default=True).first()
    if says_new or usual is None or usual.code in new:
        if usual and not says_new:
            codes = {usual.code}
        ours = rows.filter(code__in=codes)
        # An administrator may have put all its versions out of use.
        newest = (ours.filter(in_use=True) or ours).latest("version")
        rows.filter(is_default=True).exclude(pk=newest.pk).update(is_default=False)
        rows.filter(pk=newest.pk, is_default=False).update(is_default=True, in_use=True)
