from django.urls import path

from bases import views

app_name = "bases"

urlpatterns = [
    path("", views.base_list, name="base_list"),
    path("<slug:slug>/", views.base_detail, name="base_detail"),
]
