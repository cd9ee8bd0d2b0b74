from django.urls import URLPattern, path

from subsidies.views import awards, open_data

urlpatterns: list[URLPattern] = [
    path("awards/", awards.award_list, name="award_list"),
    path("awards/figures/", open_data.award_figures, name="award_figures"),
    path("awards/feed.rss", awards.feed_rss, name="award_feed_rss"),
    path("awards/feed.json", awards.feed_json, name="award_feed_json"),
    path("awards/<int:award_id>/", awards.award_detail, name="award_detail"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/datapackage.json", open_data.open_data_package, name="open_data_package"),
    path("open-data/awards-360giving.json", open_data.open_data_grants, name="open_data_grants"),
    path("open-data/<slug:dataset>.<slug:form>", open_data.open_data_file, name="open_data_file"),
]
