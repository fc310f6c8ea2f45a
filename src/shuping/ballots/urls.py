from django.urls import path

from shuping.ballots import ceremony_views, public_views, views

urlpatterns = [
    path("c/<int:cycle>/ballot/", views.desk, name="ballot"),
    path("c/<int:cycle>/ballot/prepare", views.prepare, name="prepare-ballot"),
    path("c/<int:cycle>/ballot/trustees", views.set_trustees, name="set-trustees"),
    path("c/<int:cycle>/ballot/credentials", views.set_credentials, name="set-credentials"),
    path("c/<int:cycle>/ballot/ceremony/", ceremony_views.ceremony, name="ceremony"),
    path("c/<int:cycle>/ballot/ceremony/start", ceremony_views.start, name="start-ceremony"),
    path("c/<int:cycle>/ballot/ceremony/over", ceremony_views.start_over, name="start-ceremony-over"),
    path("c/<int:cycle>/ballot/slips/", views.slips, name="slips"),
    path("c/<int:cycle>/ballot/account", views.account, name="account-slips"),
    path("c/<int:cycle>/ballot/merge", views.merge, name="merge-categories"),
    path("c/<int:cycle>/ballot/open", views.open_ballot, name="open-ballot"),
    path("c/<int:cycle>/ballot/close", views.close_ballot, name="close-ballot"),
    path("c/<int:cycle>/ballot/check", views.check_again, name="check-again"),
    path("c/<int:cycle>/ballot/tally", views.tally, name="tally"),
    path("c/<int:cycle>/ballot/paper/<str:category>/", views.paper, name="paper-totals"),
    path("c/<int:cycle>/ballot/record/<str:category>.bel", views.record, name="record"),
    path("t/<str:identifier>/", views.trustee, name="trustee"),
    path("t/<str:identifier>/key", ceremony_views.key, name="key"),
    path("t/<str:identifier>/ceremony", ceremony_views.state, name="ceremony-state"),
    path("t/<str:identifier>/ceremony/send", ceremony_views.send, name="ceremony-send"),
    path("t/<str:identifier>/tasks", views.trustee_tasks, name="trustee-tasks"),
    path("t/<str:identifier>/share", views.trustee_share, name="trustee-share"),
    path("v/<str:identifier>", public_views.booth, name="booth"),
    path("v/<str:identifier>/which", public_views.which, name="which"),
    path("v/<str:identifier>/cast", public_views.cast, name="cast"),
    path("b/<str:identifier>/kept", public_views.kept, name="kept"),
    path("b/<str:identifier>/", public_views.board, name="board"),
]
