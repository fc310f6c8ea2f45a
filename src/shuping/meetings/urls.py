from django.urls import path

from shuping.meetings import public_views, views

urlpatterns = [
    path("c/<int:cycle>/meeting/", views.meeting, name="meeting"),
    path("c/<int:cycle>/meeting/create", views.create_meeting, name="create-meeting"),
    path("c/<int:cycle>/meeting/roster", views.set_roster, name="set-roster"),
    path("c/<int:cycle>/meeting/attendance/", views.attendance, name="attendance"),
    path("c/<int:cycle>/meeting/open", views.open_meeting, name="open-meeting"),
    path("c/<int:cycle>/meeting/close", views.close_meeting, name="close-meeting"),
    path("c/<int:cycle>/meeting/desk/", views.desk, name="desk"),
    path("c/<int:cycle>/meeting/desk/<str:number>/<slug:step>", views.step, name="desk-step"),
    path("c/<int:cycle>/meeting/entry/<str:number>/", views.dossier, name="dossier"),
    path("c/<int:cycle>/meeting/entry/<str:number>/comment", views.write_comment, name="write-comment"),
    path(
        "c/<int:cycle>/meeting/entry/<str:number>/comment/<int:comment>", views.confirm_comment, name="confirm-comment"
    ),
    path("c/<int:cycle>/meeting/entry/<str:number>/question", views.ask, name="ask"),
    path("c/<int:cycle>/meeting/entry/<str:number>/undertaking", views.undertake, name="undertake"),
    path("c/<int:cycle>/meeting/speech/", views.speech, name="speech"),
    path("c/<int:cycle>/meeting/speech/passage", views.mark_passage, name="mark-passage"),
    path("c/<int:cycle>/meeting/minutes/", views.minutes, name="minutes"),
    path("c/<int:cycle>/meeting/minutes/lock", views.lock_minutes, name="lock-minutes"),
    path("hall/<int:meeting>/", public_views.hall, name="hall"),
    path("now/<int:meeting>/", public_views.now, name="now"),
]
