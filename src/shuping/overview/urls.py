from django.urls import path

from shuping.overview import views

urlpatterns = [
    path("", views.home, name="home"),
    path("guide/", views.guide, name="guide"),
    path("c/<int:cycle>/papers/", views.papers, name="papers"),
    path("c/<int:cycle>/papers/<slug:kind>/<slug:language>.<str:format>", views.paper, name="paper"),
]
