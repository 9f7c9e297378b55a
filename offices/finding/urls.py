from django.urls import URLPattern, URLResolver, path

from offices.finding import views

app_name = "finding"
urlpatterns: list[URLPattern | URLResolver] = [path("find/", views.page, name="page")]
