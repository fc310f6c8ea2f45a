from django.urls import path

from shuping.results import views

urlpatterns = [
    path("c/<int:cycle>/results/", views.results, name="results"),
    path("c/<int:cycle>/results/marks", views.import_marks, name="import-marks"),
    path("c/<int:cycle>/results/compute", views.compute, name="compute-scores"),
    path("c/<int:cycle>/results/decide-all", views.decide_all, name="decide-all"),
    path("c/<int:cycle>/results/close", views.close_decision, name="close-decision"),
    path("c/<int:cycle>/results/summary.xlsx", views.summary_file, name="results-summary"),
    path("c/<int:cycle>/results/results.json", views.results_file, name="results-json"),
    path("c/<int:cycle>/results/counts.json", views.counts_file, name="counts-json"),
    path("c/<int:cycle>/results/<str:number>/", views.score, name="score"),
    path("c/<int:cycle>/results/<str:number>/decide", views.decide, name="decide"),
    path("c/<int:cycle>/letters/", views.letters, name="letters"),
    path("c/<int:cycle>/letters/issue", views.issue_letters, name="issue-letters"),
    path("c/<int:cycle>/letters/<str:number>/", views.letter, name="letter"),
    path("c/<int:cycle>/letters/<str:number>/received", views.mark_read, name="mark-read"),
    path("c/<int:cycle>/letters/<str:number>/<slug:language>.<str:format>", views.letter_file, name="letter-file"),
    path("c/<int:cycle>/news-release.<str:format>", views.news_release_file, name="news-release"),
]
