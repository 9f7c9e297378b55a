"""What the map's small questions may hold."""

from django import forms


class HereForm(forms.Form):
    """What lies here? Degrees, the map's zoom, and codes of the layers shown."""

    lon = forms.FloatField(min_value=-180, max_value=180)
    lat = forms.FloatField(min_value=-90, max_value=90)
    zoom = forms.FloatField(min_value=0, max_value=24, required=False)
    layers = forms.CharField(max_length=2000, required=False)

    def clean_zoom(self) -> float:
        zoom = self.cleaned_data["zoom"]
        return 16.0 if zoom is None else float(zoom)

    def clean_layers(self) -> set[str]:
        return set(filter(None, self.cleaned_data["layers"].split(",")))
