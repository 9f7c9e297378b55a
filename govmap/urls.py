"""Every address of the application."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("govmap.api_urls")),
    path("", include("workflow.urls")),
    path("", include("workflow.roster.urls")),
    path("", include("workflow.contacts.urls")),
    path("", include("workflow.knowledge.urls")),
    path("", include("cases.papers.urls")),
    path("", include("workflow.papers.urls")),
    path("", include("layers.urls")),
    path("ogc/", include("layers.ogc.urls")),
    path("", include("cases.live_map.urls")),
    path("", include("cases.orders.urls")),
    path("", include("cases.old.urls")),
    path("", include("cases.geocoding.urls")),
    path("", include("layers.addresses.urls")),
    path("", include("cases.table_urls")),
    path("", include("cases.whistles.urls")),
    path("", include("cases.matters.urls")),
    path("", include("cases.evaluation.urls")),
    path("", include("cases.reviewing.urls")),
    path("", include("cases.wall.urls")),
    path("", include("cases.feedback.urls")),
    path("", include("cases.surveys.urls")),
    path("", include("cases.patrols.urls")),
    path("", include("cases.track.urls")),
    path("", include("cases.parts.urls")),
    path("", include("cases.field.urls")),
    path("", include("cases.talk.urls")),
    path("", include("cases.urls")),
    path("", include("offices.urls")),
]
