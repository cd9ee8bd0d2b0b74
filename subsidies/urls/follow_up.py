from django.urls import URLPattern, path

from subsidies.views import check_rounds, follow_up, integrity, site_checks

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
    path(f"{ONE}checks/<uuid:check_key>/", site_checks.site_check, name="site_check"),
    path(
        f"{ONE}checks/<uuid:check_key>/photos/<uuid:photo_key>/", site_checks.site_check_photo, name="site_check_photo"
    ),
    path(f"{ONE}checks/<uuid:check_key>/files/<uuid:file_id>/", site_checks.site_check_file, name="site_check_file"),
    path("checks/", check_rounds.check_list, name="check_list"),
    path("checks/verify_sample.py", check_rounds.check_verifier, name="check_verifier"),
    path("checks/<uuid:public_id>/", check_rounds.check_round, name="check_round"),
    path("checks/<uuid:public_id>/sample.json", check_rounds.check_file, name="check_file"),
]
