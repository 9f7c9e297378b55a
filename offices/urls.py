"""The pages of the six offices."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("offices.finding.urls")),
    path("", include("offices.rounds.urls")),
    path("", include("offices.ownership.urls")),
    path("", include("offices.quality.urls")),
    path("", include("offices.comparison.urls")),
    path("", include("offices.registers.importing.urls")),
    path("", include("offices.registers.urls")),
    path("", include("offices.builder.urls")),
    path("", include("offices.modules.urls")),
]
