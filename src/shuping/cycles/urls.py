from django.urls import path

from shuping.cycles import plan_views, views

urlpatterns = [
    path("years/new/", plan_views.new_year, name="new-year"),
    path("c/<int:cycle>/", views.cycle, name="cycle"),
    path("c/<int:cycle>/plan/", plan_views.plan, name="plan"),
    path("c/<int:cycle>/plan/approve", plan_views.approve_plan, name="approve-plan"),
    path("c/<int:cycle>/plan/entries", plan_views.edit_entries, name="edit-entries"),
    path("c/<int:cycle>/plan/entry", plan_views.add_entry, name="add-entry"),
    path("c/<int:cycle>/plan/heads", plan_views.call_heads, name="call-heads"),
    path("c/<int:cycle>/plan/calendar", plan_views.set_calendar, name="set-calendar"),
    path("c/<int:cycle>/plan/roles", plan_views.set_roles, name="set-roles"),
    path("c/<int:cycle>/plan/amend", plan_views.amend_plan, name="amend-plan"),
    path("c/<int:cycle>/plan/scheme/", plan_views.scheme, name="scheme"),
    path("c/<int:cycle>/plan/scheme.toml", plan_views.scheme_file, name="scheme-file"),
    path("c/<int:cycle>/plan/ballot/", plan_views.ballot_preview, name="ballot-preview"),
    path("c/<int:cycle>/stage", views.open_stage, name="open-stage"),
    path("c/<int:cycle>/duties/", views.duties, name="duties"),
]
