from django.urls import path

from shuping.organisations import views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/open", views.open_account, name="open-account"),
    path("accounts/reset", views.reset_password, name="reset-password"),
    path("accounts/close", views.close_account, name="close-account"),
    path("account/", views.OwnAccount.as_view(), name="mfa_index"),
    path("account/", views.OwnAccount.as_view(), name="own-account"),
    path("account/password", views.own_password, name="own-password"),
]
