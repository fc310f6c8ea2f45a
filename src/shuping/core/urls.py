from allauth.account.views import account_inactive, login, reauthenticate
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount.providers.openid_connect import views as elsewhere
from allauth.socialaccount.views import login_cancelled, login_error
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from shuping.core import lane, views

OFFICE = {"provider_id": "office"}

# Names with an underscore are allauth's: its pages find each other by them.
urlpatterns = [
    path("sign-in/", login, name="account_login"),
    path("sign-in/", login, name="sign-in"),
    path("sign-in/passkey", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/code", second.authenticate, name="mfa_authenticate"),
    path("sign-in/again", reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code", second.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/again/passkey", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sign-in/closed", account_inactive, name="account_inactive"),
    path("sign-in/elsewhere", elsewhere.login, OFFICE, name="openid_connect_login"),
    path("sign-in/elsewhere/back", elsewhere.callback, OFFICE, name="openid_connect_callback"),
    path("sign-in/elsewhere/cancelled", login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/elsewhere/failed", login_error, name="socialaccount_login_error"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("account/app", app.activate_totp, name="mfa_activate_totp"),
    path("account/app/off", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/codes", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/codes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("account/passkeys", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/add", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/name", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("demo/others", views.let_others_act, name="let-others-act"),
    path("demo/<str:token>", views.demo, name="demo"),
    path("language/", set_language, name="set_language"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path(lane.BUSY.lstrip("/"), views.busy, name="busy"),
    path("health", views.health, name="health"),
]
