from django.urls import path, register_converter
from django.urls.converters import StringConverter

from shuping.meetings import desk_views, door_views, public_views, views, word_views


class Day(StringConverter):
    """A meeting in an address: its year, and for one of several groups its own key ("3", "3-12")."""

    regex = "[0-9]{1,9}(?:-[0-9]{1,9})?"


register_converter(Day, "day")
DAY = "c/<day:cycle>/"
MEETING = f"{DAY}meeting/"

urlpatterns = [
    path(MEETING + "roster", views.set_roster, name="set-roster"),
    path(MEETING + "attendance/", door_views.attendance, name="attendance"),
    path(MEETING + "attendance/find", door_views.find, name="find-place"),
    path(MEETING + "attendance/<int:place>/substitute", door_views.substitute, name="substitute"),
    path(MEETING + "attendance/<int:place>/arrive", door_views.come_or_go, {"verb": "arrive"}, name="arrive"),
    path(MEETING + "attendance/<int:place>/leave", door_views.come_or_go, {"verb": "leave"}, name="leave"),
    path(MEETING + "door/<str:code>/", door_views.door, name="door"),
    path(MEETING + "open", desk_views.open_meeting, name="open-meeting"),
    path(MEETING + "close", desk_views.close_meeting, name="close-meeting"),
    path(MEETING + "desk/", desk_views.page, name="desk"),
    path(MEETING + "desk/lots", desk_views.draw_lots, name="draw-lots"),
    path(MEETING + "desk/adjourn", desk_views.adjourn, name="adjourn"),
    path(MEETING + "desk/go-on", desk_views.go_on, name="go-on"),
    path(MEETING + "desk/explain", desk_views.explain, name="explain-ballot"),
    path(MEETING + "desk/undo", desk_views.undo, name="undo-step"),
    path(MEETING + "desk/printed", desk_views.printed, name="note-printed"),
    path(MEETING + "turn/<str:number>/", desk_views.turn, name="turn"),
    path(MEETING + "desk/<str:number>/<slug:step>", desk_views.step, name="desk-step"),
    path(MEETING, views.meeting, name="meeting"),
    path("c/<int:cycle>/meeting/create", views.create_meeting, name="create-meeting"),
    path("c/<int:cycle>/meeting/entry/<str:number>/", views.dossier, name="dossier"),
    path("c/<int:cycle>/meeting/entry/<str:number>/comment", views.write_comment, name="write-comment"),
    path(
        "c/<int:cycle>/meeting/entry/<str:number>/comment/<int:comment>", views.confirm_comment, name="confirm-comment"
    ),
    path("c/<int:cycle>/meeting/entry/<str:number>/question", word_views.ask, name="ask"),
    path("c/<int:cycle>/meeting/entry/<str:number>/undertaking", word_views.undertake, name="undertake"),
    path(MEETING + "speech/", word_views.speech, name="speech"),
    path(MEETING + "speech/passage", word_views.mark_passage, name="mark-passage"),
    path(MEETING + "minutes/", views.minutes, name="minutes"),
    path(MEETING + "minutes/lock", views.lock_minutes, name="lock-minutes"),
    path("hall/<int:meeting>/", public_views.hall, name="hall"),
    path("hall/<int:meeting>/lots/", public_views.lots, name="lots"),
    path("time/", public_views.time, name="time"),
    path("now/", public_views.now_alone, name="now-alone"),
    path("now/<int:meeting>/", public_views.now, name="now"),
]

ENTRY = "c/<int:cycle>/meeting/entry/<str:number>"
word_patterns = [
    path(MEETING + "words/", word_views.words, name="words"),
    path("c/<int:cycle>/meeting/phrases/", word_views.phrase_bank, name="phrases"),
    path("c/<int:cycle>/meeting/phrases/<int:phrase>/drop", word_views.drop_phrase, name="drop-phrase"),
    path(MEETING + "pack/", word_views.pack, name="pack"),
    path(MEETING + "speech/passage/<int:passage>/drop", word_views.unmark_passage, name="unmark-passage"),
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
