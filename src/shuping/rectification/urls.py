from django.urls import path

from shuping.rectification import views

urlpatterns = [
    path("c/<int:cycle>/ledger/", views.ledger, name="ledger"),
    path("c/<int:cycle>/ledger.xlsx", views.ledger_file, name="ledger-file"),
    path("c/<int:cycle>/ledger/<int:item>/", views.item, name="item"),
    path("c/<int:cycle>/ledger/<int:item>/evidence/<int:evidence>", views.evidence_file, name="evidence-file"),
    path("c/<int:cycle>/ledger/<int:item>/<slug:step>", views.step, name="item-step"),
]
