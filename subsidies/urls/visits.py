from django.urls import URLPattern, path

from subsidies.views import visits

VISIT = "visits/<uuid:visit_key>/"

urlpatterns: list[URLPattern] = [
    path(VISIT, visits.visit_detail, name="visit_detail"),
    path(f"{VISIT}worker.js", visits.visit_worker, name="visit_worker"),
    path(f"{VISIT}sign/", visits.visit_sign, name="visit_sign"),
    path(f"{VISIT}conclude/", visits.visit_conclude, name="visit_conclude"),
    path(f"{VISIT}photos/", visits.photo_add, name="visit_photo_add"),
    path(f"{VISIT}photos/<uuid:photo_key>/", visits.photo, name="visit_photo"),
    path(f"{VISIT}photos/<uuid:photo_key>/remove/", visits.photo_remove, name="visit_photo_remove"),
    path(f"{VISIT}documents/", visits.document_add, name="visit_document_add"),
    path(f"{VISIT}documents/<uuid:file_id>/", visits.document, name="visit_document"),
    path(f"{VISIT}documents/<uuid:file_id>/remove/", visits.document_remove, name="visit_document_remove"),
]
