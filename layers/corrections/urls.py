"""The addresses of corrections, in the name space of the layers."""

from django.urls import URLPattern, path

from layers.corrections import views as correction_views

urlpatterns: list[URLPattern] = [
    path("corrections/", correction_views.own, name="corrections-own"),
    path("corrections/new/", correction_views.mark, name="correction-new"),
    path("corrections/<uuid:uuid>/", correction_views.correction, name="correction"),
    path(
        "corrections/<uuid:uuid>/card/",
        correction_views.own_card,
        name="correction-card",
    ),
    path(
        "corrections/<uuid:uuid>/acts/", correction_views.act_on, name="correction-act"
    ),
    path("data/corrections/", correction_views.desk, name="corrections"),
]
