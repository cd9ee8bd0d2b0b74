from django.urls import URLPattern, path

from subsidies.views import notices, objections

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/feed.rss", notices.feed_rss, name="notice_feed_rss"),
    path("notices/feed.json", notices.feed_json, name="notice_feed_json"),
    path("notices/<slug:slug>/", notices.public_notice, name="public_notice"),
    path("notices/<slug:slug>/list.json", notices.notice_file, {"name": "list"}, name="notice_list_file"),
    path("notices/<slug:slug>/final.json", notices.notice_file, {"name": "final"}, name="notice_final_file"),
    path("notices/<slug:slug>/object/", objections.notice_object, name="notice_object"),
    path("objections/<str:code>/", objections.objection_status, name="objection_status"),
]
