from django.urls import path

from accounts.api import OrganisationList
from bases.api import BaseDetail, BaseList
from chenzhou_pilot.api import DivisionList, Root, Statistics
from chenzhou_pilot.api_docs import Schema, docs
from projects.api import ProjectDetail, ProjectList

app_name = "api"

urlpatterns = [
    path("v1/", Root.as_view(), name="root"),
    path("v1/bases/", BaseList.as_view(), name="base_list"),
    path("v1/bases/<slug:slug>/", BaseDetail.as_view(), name="base_detail"),
    path("v1/projects/", ProjectList.as_view(), name="project_list"),
    path("v1/projects/<slug:slug>/", ProjectDetail.as_view(), name="project_detail"),
    path("v1/organisations/", OrganisationList.as_view(), name="organisation_list"),
    path("v1/divisions/", DivisionList.as_view(), name="division_list"),
    path("v1/statistics/", Statistics.as_view(), name="statistics"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
