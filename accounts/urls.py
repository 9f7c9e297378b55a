"""Signing in and out. Of allauth's pages only those that this site offers."""

from allauth.account.views import logout, password_change
from django.urls import path

from accounts.sign_in import SignIn

urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", logout, name="account_logout"),
    path("password/", password_change, name="account_change_password"),
]
