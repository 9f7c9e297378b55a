"""The addresses of the classification's pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow import class_views, crosswalk_views
from workflow.rules import rules_page

urlpatterns = [
    path("classes/", class_views.classes, name="classes"),
    path("classes/new/", class_views.category_new, name="category_new"),
    path("classes/standard/", class_views.standard_default, name="standard_default"),
    path("classes/categories.csv", class_views.classes_file, name="classes_file"),
    path("classes/conditions.csv", class_views.conditions_file, name="conditions_file"),
    path("classes/classes/take/", class_views.classes_take, name="classes_take"),
    path("crosswalk/", crosswalk_views.crosswalk, name="crosswalk"),
    path("crosswalk/add/", crosswalk_views.crosswalk_add, name="crosswalk_add"),
    path(
        "crosswalk/crosswalk.csv", crosswalk_views.crosswalk_file, name="crosswalk_file"
    ),
    path("crosswalk/take/", crosswalk_views.crosswalk_take, name="crosswalk_take"),
    path(
        "crosswalk/<int:pk>/remove/",
        crosswalk_views.crosswalk_remove,
        name="crosswalk_remove",
    ),
    path("classes/take/", class_views.conditions_take, name="conditions_take"),
    path("classes/<int:pk>/", class_views.category, name="category"),
    path("classes/<int:pk>/edit/", class_views.category_edit, name="category_edit"),
    path(
        "classes/<int:pk>/retire/", class_views.category_retire, name="category_retire"
    ),
    path("classes/<int:pk>/new/", class_views.condition_new, name="condition_new"),
    path(
        "conditions/<int:pk>/edit/", class_views.condition_edit, name="condition_edit"
    ),
    path(
        "conditions/<int:pk>/retire/",
        class_views.condition_retire,
        name="condition_retire",
    ),
]
rules_page("workflow:classes", _("Classes and conditions"), glyph="category", order=20)
