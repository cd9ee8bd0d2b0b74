from django.urls import URLPattern, path

from subsidies.views import appeals, applications, avoiding, comments, sections, signing

ONE = "applications/<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path("applications/", applications.application_list, name="application_list"),
    path("applications/start/<slug:slug>/", applications.application_start, name="application_start"),
    path(ONE, applications.application_detail, name="application_detail"),
    path(f"{ONE}sections/<slug:section_id>/", sections.application_section, name="application_section"),
    path(f"{ONE}answers/", sections.application_answers, name="application_answers"),
    path(f"{ONE}here/", sections.application_here, name="application_here"),
    path(f"{ONE}comments/", comments.comment_add, name="comment_add"),
    path(f"{ONE}comments/<int:comment_id>/settle/", comments.comment_settle, name="comment_settle"),
    path(f"{ONE}print/", applications.application_print, name="application_print"),
    path(f"{ONE}history/", applications.application_history, name="application_history"),
    path(f"{ONE}rename/", signing.application_rename, name="application_rename"),
    path(f"{ONE}hand-over/", signing.application_hand_over, name="application_hand_over"),
    path(f"{ONE}ask-to-sign/", signing.application_ask_to_sign, name="application_ask_to_sign"),
    path(f"{ONE}take-back/", signing.application_take_back, name="application_take_back"),
    path(f"{ONE}sign/", signing.application_sign, name="application_sign"),
    path(f"{ONE}withdraw/", signing.application_withdraw, name="application_withdraw"),
    path(f"{ONE}avoid/", avoiding.application_avoid, name="application_avoid"),
    path(f"{ONE}appeal/", appeals.application_appeal, name="application_appeal"),
    path(f"{ONE}start-again/", signing.application_start_again, name="application_start_again"),
]
