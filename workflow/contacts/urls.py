"""The addresses of the address book."""

from django.urls import path

from workflow.contacts import views

app_name = "contacts"
urlpatterns = [
    path("duty/", views.contacts, name="list"),
    path("duty/contacts/new/", views.new, name="new"),
    path("duty/contacts/contacts.csv", views.file, name="file"),
    path("duty/contacts/take/", views.take, name="take"),
    path("duty/contacts/<int:pk>/", views.edit, name="edit"),
    path("duty/contacts/<int:pk>/retire/", views.retire, name="retire"),
]
