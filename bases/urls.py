from django.urls import path

from bases import views

app_name = "bases"

urlpatterns = [
    path("", views.base_list, name="base_list"),
    path("feed.rss", views.feed_rss, name="base_feed_rss"),
    path("feed.json", views.feed_json, name="base_feed_json"),
    path("<slug_or_code:slug>/", views.base_detail, name="base_detail"),
]
