"""Signing in and out. Of allauth's pages only those that this site offers."""

from allauth.account.views import login, logout, password_change
from django.urls import path

urlpatterns = [
    path("login/", login, name="account_login"),
    path("logout/", logout, name="account_logout"),
    path("password/", password_change, name="account_change_password"),
]
