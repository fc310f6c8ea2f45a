from django.urls import path

from shuping.organisations import session_views, sign_in_views, tree_views, views

urlpatterns = [
    path("units/", tree_views.tree, name="tree"),
    path("units/<int:organiser>.xlsx", tree_views.tree_file, name="tree-file"),
    path("accounts/sheets", views.hand_out, name="hand-out-passwords"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/open", views.open_account, name="open-account"),
    path("accounts/reset", views.reset_password, name="reset-password"),
    path("accounts/close", views.close_account, name="close-account"),
    path("account/", views.OwnAccount.as_view(), name="mfa_index"),
    path("account/", views.OwnAccount.as_view(), name="own-account"),
    path("accounts/sign-ins", sign_in_views.sign_ins, name="sign-ins"),
    path("accounts/lift", sign_in_views.lift, name="lift-limits"),
    path("accounts/sign-out", session_views.sign_out, name="sign-out-account"),
    path("account/end-session", session_views.end_session, name="end-session"),
    path("account/leave", session_views.leave_everywhere, name="leave-everywhere"),
    path("account/password", views.own_password, name="own-password"),
]
