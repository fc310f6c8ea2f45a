from django.urls import path

from shuping.meetings import public_views, views, word_views

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
    path("c/<int:cycle>/meeting/entry/<str:number>/question", word_views.ask, name="ask"),
    path("c/<int:cycle>/meeting/entry/<str:number>/undertaking", word_views.undertake, name="undertake"),
    path("c/<int:cycle>/meeting/speech/", word_views.speech, name="speech"),
    path("c/<int:cycle>/meeting/speech/passage", word_views.mark_passage, name="mark-passage"),
    path("c/<int:cycle>/meeting/minutes/", views.minutes, name="minutes"),
    path("c/<int:cycle>/meeting/minutes/lock", views.lock_minutes, name="lock-minutes"),
    path("hall/<int:meeting>/", public_views.hall, name="hall"),
    path("now/<int:meeting>/", public_views.now, name="now"),
]

ENTRY = "c/<int:cycle>/meeting/entry/<str:number>"
word_patterns = [
    path("c/<int:cycle>/meeting/words/", word_views.words, name="words"),
    path("c/<int:cycle>/meeting/phrases/", word_views.phrase_bank, name="phrases"),
    path("c/<int:cycle>/meeting/phrases/<int:phrase>/drop", word_views.drop_phrase, name="drop-phrase"),
    path("c/<int:cycle>/meeting/pack/", word_views.pack, name="pack"),
    path("c/<int:cycle>/meeting/speech/passage/<int:passage>/drop", word_views.unmark_passage, name="unmark-passage"),
    path(f"{ENTRY}/phrase", word_views.phrase_in_comment, name="phrase-in-comment"),
    path(f"{ENTRY}/comment/<int:comment>/clear", word_views.comment_step, {"step": "clear"}, name="clear-comment"),
    path(f"{ENTRY}/comment/<int:comment>/say", word_views.comment_step, {"step": "say"}, name="say-comment"),
    path(f"{ENTRY}/comment/<int:comment>/practice", word_views.practice, name="practice"),
    path(f"{ENTRY}/question/<int:question>/answer", word_views.answer, name="answer-question"),
    path(f"{ENTRY}/question/<int:question>/follow", word_views.follow_question, name="follow-question"),
    path(f"{ENTRY}/reply", word_views.reply, name="reply"),
    path(f"{ENTRY}/note", word_views.keep_note, name="keep-note"),
    path(f"{ENTRY}/request", word_views.ask_for, name="request"),
    path(f"{ENTRY}/request/<int:asked>/drop", word_views.withdraw_request, name="withdraw-request"),
]
urlpatterns += word_patterns
