from django.urls import path

from shuping.documents import views

urlpatterns = [
    path("made/<int:job>/", views.job, name="job"),
    path("made/<int:job>/file", views.job_file, name="job-file"),
]
