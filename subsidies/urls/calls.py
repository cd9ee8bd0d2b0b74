from django.urls import URLPattern, path

from subsidies.views import calls

urlpatterns: list[URLPattern] = [
    path("calls/", calls.call_list, name="call_list"),
    path("calls/calendar.ics", calls.calendar_of_all, name="call_calendar_all"),
    path("calls/feed.rss", calls.feed_rss, name="call_feed_rss"),
    path("calls/feed.atom", calls.feed_atom, name="call_feed_atom"),
    path("calls/<slug:slug>/", calls.call_detail, name="call_detail"),
    path("calls/<slug:slug>/calendar.ics", calls.call_calendar, name="call_calendar"),
    path("calls/<slug:slug>/self-check/", calls.self_check, name="call_self_check"),
    path("calls/<slug:slug>/self-check/start/", calls.call_carry, name="call_carry"),
    path("calls/<slug:slug>/invitation/<int:invitation_id>/", calls.call_invitation, name="call_invitation"),
    path("policies/", calls.policy_list, name="policy_list"),
    path("policies/<slug:slug>/", calls.policy_detail, name="policy_detail"),
]
