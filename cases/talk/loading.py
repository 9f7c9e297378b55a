"""The steps of an instruction, and of the ladder on it, for sites that bring none."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from cases.models import Instruction
from govmap.lib.package import read_json
from workflow import ladder, ladder_loading
from workflow.loading import load_usual_processes
from workflow.models import LadderStep

USUAL = Path(__file__).with_name("usual.json")
PROCESSES = Path(__file__).parent / "processes"


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice."""
    for line in load_usual_processes(PROCESSES):
        progress(line)
    # An administrator may have put all of them out of use: then they stay so.
    if not LadderStep.objects.filter(kind=Instruction.KIND).exists():
        steps = read_json(USUAL)["ladder"]
        ladder_loading.load_data([*ladder_loading.export(), *steps], name=USUAL.name)
        ladder.look_at_all()
        progress(f"instructions: steps of the ladder: {len(steps)}")
