from django.urls import path

from shuping.meetings.urls import DAY
from shuping.overview import unit_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("guide/", views.guide, name="guide"),
    path("c/<int:cycle>/units/<str:number>/", unit_views.unit, name="unit"),
    path("c/<int:cycle>/units/<str:number>/file.zip", unit_views.hand_out, name="unit-file"),
    path("c/<int:cycle>/papers/", views.papers, name="papers"),
    path("c/<int:cycle>/papers/all", views.take_all, name="year-file"),
    path(DAY + "papers/<slug:kind>/<slug:language>.<str:format>", views.paper, name="paper"),
]
