from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from bases.views import base_picture
from chenzhou_pilot import health, sitemaps
from chenzhou_pilot.views import demo, pages, personal, styleguide

handler400 = "chenzhou_pilot.views.errors.bad_request"
handler403 = "chenzhou_pilot.views.errors.permission_denied"
handler404 = "chenzhou_pilot.views.errors.page_not_found"
handler500 = "chenzhou_pilot.views.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("robots.txt", pages.robots, name="robots"),
    path("journal-anchors.txt", pages.journal_anchors, name="journal_anchors"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<section>.xml", sitemaps.section, name="sitemap_section"),
    path("pictures/<uuid:picture_id>/", base_picture, name="base_picture"),
    path("api/", include("chenzhou_pilot.api_urls")),
    path("admin/", admin.site.urls),
]

urlpatterns += i18n_patterns(
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("about/", pages.about, name="about"),
    path("sources/", pages.sources, name="sources"),
    path("statistics/", pages.statistics, name="statistics"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("demo/", demo.demo, name="demo"),
    path("demo/enter/", demo.demo_enter, name="demo_enter"),
    path("bases/", include("bases.urls")),
    path("projects/", include("projects.urls")),
    path("", include("subsidies.urls")),
    path("accounts/data/", personal.my_data, name="my_data"),
    path("accounts/data/copy/", personal.my_data_copy, name="my_data_copy"),
    path("accounts/data/close/", personal.my_account_close, name="my_account_close"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    prefix_default_language=False,
)
