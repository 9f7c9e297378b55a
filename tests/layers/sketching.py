"""What somebody keeps of the map, made without a browser."""

from accounts.models import User
from layers.finding.area import write_area
from layers.models import MapView, Sketch

SHAPE = {"kind": "spot", "shape": write_area([(116.3, 39.9)]), "words": "集合点"}


def map_view_of(name: str) -> MapView:
    owner = User.objects.get(username=name)
    return MapView.objects.create(owner=owner, title="演练", address="#16/39.9/116.3")


def sketch_of(name: str) -> Sketch:
    owner = User.objects.get(username=name)
    return Sketch.objects.create(owner=owner, title="演练", shapes=[SHAPE])
