"""The one map's part of a site package: the catalogue, and a file for each layer."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from layers.catalogue import entries
from layers.conflicts.overlay import rules as overlay_rules
from layers.corrections.limits import load_limits
from layers.imports import carrying, intake, systems
from layers.models import ImportRun, Layer
from layers.styles import check as style_check
from workflow.loading import load_usual_processes

Entry = dict[str, Any]
PROCESSES = Path(__file__).parent / "processes"
# What others are placed in comes first.
ORDER = {"regions": 0, "cells": 1}
# Read anew when one of these changes, though the file is the same.
READING = ("geometry", "key", "schema", "feeds", "fields")


def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice: a file that has not changed is not read again.

    Raises BadInput that names the layer, the trouble and what to do.
    """
    for line in load_usual_processes(PROCESSES):
        progress(line)
    if count := systems.load(folder):
        progress(f"coordinate systems of the site: {count}")
    told = read_json(folder / "layers.json")
    for entry in sorted(told, key=lambda entry: ORDER.get(entry["feeds"], 2)):
        layer, same = _catalogue(entry)
        if entry.get("file"):
            progress(f"layer {layer.code}: {_files(layer, folder, entry, same)}")
        else:
            progress(f"layer {layer.code}: no file")
    if count := load_limits(folder / "corrections.json"):
        progress(f"limits of corrections: {count}")
    overlay_rules.load(folder, progress)


def _catalogue(entry: Entry) -> tuple[Layer, bool]:
    """The catalogue entry, and whether a file would be read as it was before."""
    values = _values(entry)
    code = entry["code"]
    style_check.check(values["styles"], values["schema"], of=f"layers.json: {code}")
    old = Layer.objects.filter(code=code).first()
    layer = entries.install(code, values)
    same = old is not None and all(
        getattr(old, name) == getattr(layer, name) for name in READING
    )
    return layer, same


def _values(entry: Entry) -> dict[str, Any]:
    try:
        return {
            "titles": entry["title"],
            "kind": Layer.Class(entry["class"]),
            "provider": Unit.objects.get(code=entry["provider"]),
            "sensitivity": Layer.Sensitivity(entry["sensitivity"]),
            "geometry": entry["geometry"],
            "key": entry["key"],
            "schema": entry["schema"],
            "styles": entry["styles"],
            "feeds": Layer.Feeds(entry["feeds"]),
            "fields": entry.get("fields") or {},
            "minzoom": entry.get("minzoom", 0),
            "maxzoom": entry.get("maxzoom", 22),
            "order": entry.get("order", 0),
            "visible": entry.get("visible", True),
            "update_days": entry.get("update_days"),
            "steward": _steward(entry),
            "source_crs": entry.get("crs") or "",
            "source_encoding": entry.get("encoding") or "",
        }
    except KeyError as error:
        raise BadInput(
            f"layers.json: {entry.get('code', '?')} lacks {error}. Add it."
        ) from error
    except ValueError as error:
        raise BadInput(f"layers.json: {entry['code']}: {error}. Correct it.") from error
    except Unit.DoesNotExist as error:
        raise BadInput(
            f"layers.json: {entry['code']}: no unit has the code {entry['provider']}."
            " Add the unit to units.csv or name another provider."
        ) from error


def _steward(entry: Entry) -> User | None:
    """Who keeps the layer, by account name, where the package says so."""
    if not (name := entry.get("steward")):
        return None
    if found := User.objects.filter(username=name).first():
        return found
    raise BadInput(
        f"layers.json: {entry['code']}: there is no account {name}."
        " Add it to accounts.json, or name another steward."
    )


def _files(layer: Layer, folder: Path, entry: Entry, same: bool) -> str:
    """The file, after those ``earlier`` ones that the layer never had."""
    path = folder / entry["file"]
    if not path.is_file():
        raise BadInput(f"layers.json: {layer.code}: {path} is missing. Add it.")
    if same and layer.published and layer.published.source_sha256 == _digest(path):
        return "unchanged"
    if layer.published is None:
        for before in entry.get("earlier") or []:
            _file(layer, folder / before["file"], {**entry, **before})
    return _file(layer, path, entry)


def _file(layer: Layer, path: Path, entry: Entry) -> str:
    with path.open("rb") as file:
        run = intake.begin(
            layer,
            file,
            name=path.name,
            uuid=uuid7(),
            by=None,
            options={
                "layer": entry.get("layer") or "",
                "as_of": entry.get("as_of") or "",
            },
        )
    carrying.carry_out(run)
    if run.status != ImportRun.Status.DONE:
        raise BadInput(f"{path.name}: {run.message}")
    return summary(run)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def summary(run: ImportRun) -> str:
    """One line on what came of a run."""
    names = ("read", "added", "changed", "closed", "unchanged", "repaired", "refused")
    counts = ", ".join(
        f"{run.report[name]} {name}" for name in names if run.report[name]
    )
    return f"{counts or 'nothing'} in {run.report['seconds']} s"
