"""Hard matters in a site package: matters.json, in and out again.

``{"sorts": [{"code", "title", "retired"}]}``, in the order of the list. A site that
brings none gets those of the usual file, once; so it is with the steps of the ladder.
"""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from cases.models import Conference, MatterSort, MatterTask
from govmap.lib.package import read_json
from workflow import ladder, ladder_loading
from workflow.kind_loading import KindFile
from workflow.loading import load_usual_processes
from workflow.models import LadderStep, PaperTemplate
from workflow.papers import loading as papers_loading

NAME = "matters.json"
USUAL = Path(__file__).with_name("usual.json")
PROCESSES = Path(__file__).parent / "processes"
PAPERS = Path(__file__).parent / "papers_usual"
SORTS = KindFile(MatterSort, listed="sorts", called="sort", needs="code and title")
put, dump = SORTS.put, SORTS.dump


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the file and what to correct."""
    for line in load_usual_processes(PROCESSES):
        progress(line)
    usual = read_json(USUAL)
    path = folder / NAME
    if path.is_file():
        put(read_json(path), where=NAME, packaged=True)
    if not MatterSort.objects.exists():
        put(usual, where=USUAL.name, packaged=True)
    progress(f"hard matters: sorts: {MatterSort.objects.count()}")
    # An administrator may have put all of them out of use: then they stay so.
    if not LadderStep.objects.filter(kind=MatterTask.KIND).exists():
        ladder_loading.load_data(
            [*ladder_loading.export(), *usual["ladder"]], name=USUAL.name
        )
        ladder.look_at_all()
        progress(f"hard matters: steps of the ladder: {len(usual['ladder'])}")
    if not PaperTemplate.objects.filter(about=Conference.KIND).exists():
        papers = papers_loading.read_usual(PAPERS)
        progress(f"minutes: {papers_loading.put(papers, where=PAPERS.name)}")
