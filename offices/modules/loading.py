"""Applications and modules of a site package: in and out again.

``applications.json`` and ``modules/*.json``. A package without them gets the six
applications of the guide of 2018, and the plain procedure of records.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from offices.models.application import Application
from offices.models.module import Module, ModuleVersion
from offices.modules.definition import with_order, without_order
from offices.modules.flow import Flow, process_code
from offices.modules.shape import DEFINITION
from offices.modules.soundness import problems
from workflow.drafts import Draft
from workflow.loading import load_process, load_usual_processes
from workflow.models import Process
from workflow.package_rows import PackageRows, changed_by_hand

USUAL = Path(__file__).with_name("usual.json")
PROCESSES = Path(__file__).parent / "processes"
NAME = "applications.json"
State = ModuleVersion.State


class BadDefinition(BadInput):
    """What is wrong with a definition, all of it."""

    def __init__(self, found: Sequence[str], where: str = "") -> None:
        self.found = list(found)
        before = f"{where}: " if where else ""
        super().__init__(before + "\n  ".join(found))

    @property
    def text(self) -> str:
        return str(self)


def load_plain(folder: Path, progress: Callable[[str], None]) -> None:
    """The procedure of modules that name none, before a package brings others."""
    for line in load_usual_processes(PROCESSES):
        progress(line)


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. What people changed on a page stays, unless the package says
    otherwise than when it was loaded last. Raises BadInput that names the file.
    """
    load_plain(folder, progress)
    path = folder / NAME
    count = put_applications(read_json(path if path.exists() else USUAL))
    progress(f"applications: {count}")
    known = PackageRows("modules", by_hand=_by_hand())
    files = [
        (one.name, read_json(one))
        for one in sorted((folder / "modules").glob("*.json"))
    ]
    # A module may refer to another that comes after it.
    for _name, data in files:
        _announce(data)
    for name, data in files:
        code = str(data.get("code", "")) if isinstance(data, dict) else ""
        if known.is_new(code, data):
            publish(data, where=name)
    known.keep()
    progress(f"modules: {len(files)}")


def _by_hand() -> list[str]:
    by_hand = changed_by_hand(Module)
    rows = Module.objects.values_list("pk", "code")
    return [code for pk, code in rows if str(pk) in by_hand]


def put_applications(data: Any) -> int:
    """Write these over those of the same code, where the package says something new."""
    rows = data.get("applications") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise BadInput(f'{NAME}: it must be an object with a list "applications".')
    known = PackageRows("applications")
    for order, said in enumerate(rows, start=1):
        try:
            code, titles = said["code"], dict(said["title"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{NAME}: row {order}: it needs code and title.") from error
        row = Application.objects.filter(code=code).first()
        if not known.is_new(code, said) and row is not None:
            continue
        row = row or Application(code=code)
        row.titles, row.order = titles, order
        row.glyph, row.office = said.get("glyph", "apps"), said.get("office", "")
        row.retired = bool(said.get("retired"))
        row.save()
    known.keep()
    return len(rows)


def _announce(data: Any) -> None:
    """Make the row of a module that others of the package may refer to."""
    if (
        not isinstance(data, dict)
        or Module.objects.filter(code=data.get("code")).exists()
    ):
        return
    application = Application.objects.filter(code=data.get("application")).first()
    if application and isinstance(data.get("title"), dict):
        Module.objects.create(
            code=str(data["code"])[:24],
            titles=data["title"],
            application=application,
            about=str(data.get("about", ""))[:20],
            owner=str(data.get("owner", ""))[:40],
        )


def digest_of(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def keep_draft(data: Any, *, by: User | None = None) -> ModuleVersion:
    """Keep a definition as the draft of its module, sound or not.

    Raises BadInput where not even its code and title can be read.
    """
    if not isinstance(data, dict) or not isinstance(data.get("code"), str):
        raise BadInput
    _announce(data)
    module = Module.objects.select_for_update().filter(code=data["code"]).first()
    if module is None:
        raise BadDefinition(problems(data))
    draft = module.versions.filter(state=State.DRAFT).first()
    if draft is None:
        last = module.versions.order_by("-number").first()
        draft = ModuleVersion(module=module, number=(last.number if last else 0) + 1)
    draft.definition, draft.digest = with_order(data), digest_of(data)
    draft.made_by, draft.made_at = by, timezone.now()
    draft.save()
    return draft


@transaction.atomic
def publish(data: Any, *, by: User | None = None, where: str = "") -> ModuleVersion:
    """Publish a definition as the next version of its module: new records ask it.

    The same definition again is the same version. Raises BadDefinition with all that
    is wrong; then nothing is changed.
    """
    if found := problems(data):
        raise BadDefinition(found, where)
    code = data["code"]
    module = Module.objects.select_for_update().filter(code=code).first()
    if module and module.published and module.published.digest == digest_of(data):
        return module.published
    if data.get("flow"):
        keep_flow(data)
    version = keep_draft(data, by=by)
    version.state, version.published_at = State.PUBLISHED, timezone.now()
    version.save()
    module = version.module
    _say(module, data)
    module.published = version
    module.save()
    return version


def keep_flow(data: Mapping[str, Any]) -> None:
    """Load the process of a module's own steps; the same again is the same version."""
    rows = Process.objects.filter(code=process_code(str(data["code"])))
    last = rows.order_by("-version").first()
    flow = Flow(data)
    if last is not None:
        same = Draft(flow.process(last.version))
        if last.digest == same.digest:
            rows.filter(pk=last.pk, in_use=False).update(in_use=True)
            return
    load_process(Draft(flow.process((last.version if last else 0) + 1)))


def _say(module: Module, data: Mapping[str, Any]) -> None:
    """What the rows of modules say of themselves, as the definition does."""
    module.titles = dict(data["title"])
    module.application = Application.objects.get(code=data["application"])
    module.about, module.owner = data["about"], data["owner"]
    module.street = Unit.objects.filter(code=data.get("street") or "-").first()
    ends_on = data.get("ends_on")
    module.ends_on = date.fromisoformat(ends_on) if ends_on else None
    module.guide_number = data.get("guide_number")
    module.order = data.get("order") or data.get("guide_number") or 0


def dump(folder: Path) -> int:
    """Write the published definitions as `load` reads them; returns how many."""
    target = folder / "modules"
    target.mkdir(parents=True, exist_ok=True)
    rows = Module.objects.published().select_related("published")
    for module in rows:
        assert module.published
        text = as_text(module.published.definition)
        (target / f"{module.code}.json").write_text(text, encoding="utf-8")
    (folder / NAME).write_text(as_text(said()), encoding="utf-8")
    return len(rows)


def said() -> dict[str, Any]:
    return {
        "applications": [
            {
                "code": row.code,
                "title": row.titles,
                "glyph": row.glyph,
                "office": row.office,
                **({"retired": True} if row.retired else {}),
            }
            for row in Application.objects.all()
        ]
    }


# The order in which a file of ours says what a module is.
KEYS = tuple(DEFINITION["properties"])


def as_text(data: Any) -> str:
    """As a file: keys and fields in their order."""
    plain = without_order(data)
    if isinstance(plain, dict) and "format" in plain:
        plain = {key: plain[key] for key in KEYS if key in plain}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
