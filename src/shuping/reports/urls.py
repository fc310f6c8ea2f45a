from django.urls import path

from shuping.reports import field_views, figure_views, views

urlpatterns = [
    path("c/<int:cycle>/reports/", views.reports, name="reports"),
    path("c/<int:cycle>/reports/<str:number>/", views.report, name="report"),
    path("c/<int:cycle>/reports/<str:number>/submit", views.submit, name="submit-report"),
    path("c/<int:cycle>/reports/<str:number>/answers", views.answer, name="answer-carried"),
    path("c/<int:cycle>/reports/<str:number>/return", views.send_back, name="return-report"),
    path("c/<int:cycle>/reports/<str:number>/accept", views.accept, name="accept-report"),
    path("c/<int:cycle>/reports/<str:number>/<int:revision>.docx", views.report_file, name="report-file"),
    path("c/<int:cycle>/reports/<str:number>/compare/", views.compare, name="compare-revisions"),
    path("c/<int:cycle>/reports/<str:number>/figures/", figure_views.key_figures, name="key-figures"),
    path("c/<int:cycle>/reports/<str:number>/field/", field_views.field_checks, name="field-checks"),
    path("c/<int:cycle>/reports/<str:number>/field/plan", field_views.plan_check, name="plan-check"),
    path("c/<int:cycle>/reports/<str:number>/field/<int:check>", field_views.record_check, name="record-check"),
]
