from django.urls import URLPattern, path

from subsidies.views import firm, people

PEOPLE = "applications/<uuid:public_id>/people/"

urlpatterns: list[URLPattern] = [
    path("firms/<slug:slug>/", firm.firm, name="firm"),
    path("guests/<str:token>/", people.guest_invitation, name="guest_invitation"),
    path("guests/<str:token>/enter/", people.guest_enter, name="guest_enter"),
    path("guests/own/<int:invitation_id>/enter/", people.own_guest_enter, name="own_guest_enter"),
    path(PEOPLE, people.application_people, name="application_people"),
    path(f"{PEOPLE}guests/", people.guest_let_in, name="guest_let_in"),
    path(f"{PEOPLE}guests/<int:guest_id>/end/", people.guest_end, name="guest_end"),
    path(f"{PEOPLE}invitations/<int:invitation_id>/revoke/", people.guest_revoke, name="guest_revoke"),
]
