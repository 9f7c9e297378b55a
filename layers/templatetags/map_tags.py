"""What a page needs to show the map: the addresses and words of map-core.js."""

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def map_setup() -> SafeString:
    """What static/layers/map-core.js reads, as a data block."""
    return json_script(
        {
            "style": reverse("layers:style"),
            "worker": static("lib/maplibre-gl/dist/maplibre-gl-worker.mjs"),
            "plugin": static(
                "lib/@maplibre/maplibre-gl-leaflet/leaflet-maplibre-gl.js"
            ),
            "words": {
                "zoomIn": _("Zoom in"),
                "zoomOut": _("Zoom out"),
                "failed": _("The map could not be loaded."),
                "tilesFailed": _("Parts of the map could not be loaded."),
                "signedOut": _("You are signed out. Sign in again to see the map."),
                "noWebgl": _("This browser cannot draw the map (WebGL is off)."),
            },
        },
        "govmap-map",
    )
