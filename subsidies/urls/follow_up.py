from django.urls import URLPattern, path

from subsidies.views import follow_up, integrity

ONE = "applications/<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path("firms/<slug:slug>/integrity/", integrity.firm_integrity, name="firm_integrity"),
    path("firms/<slug:slug>/integrity/<int:entry_id>/", integrity.firm_plead, name="firm_plead"),
    path(f"{ONE}follow-up/", follow_up.application_follow_up, name="application_follow_up"),
    path(f"{ONE}reports/<int:year>/", follow_up.report_detail, name="report_detail"),
    path(f"{ONE}reports/<int:year>/files/<uuid:file_id>/", follow_up.report_file, name="report_file"),
    path(
        f"{ONE}reports/<int:year>/files/<uuid:file_id>/remove/",
        follow_up.report_file_remove,
        name="report_file_remove",
    ),
]
