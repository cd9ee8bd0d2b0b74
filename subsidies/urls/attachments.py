from django.urls import URLPattern, path

from subsidies.views import attachments as views

MATERIAL = "applications/<uuid:public_id>/materials/<slug:material>"
FILE = "applications/<uuid:public_id>/files/<uuid:file_id>"

urlpatterns: list[URLPattern] = [
    path(f"{MATERIAL}/files/", views.file_add, name="file_add"),
    path(f"{MATERIAL}/uploads/", views.upload_begin, name="upload_begin"),
    path(f"{MATERIAL}/uploads/<uuid:upload_id>/", views.upload, name="upload"),
    path(f"{FILE}/", views.file_download, name="file_download"),
    path(f"{FILE}/preview/", views.file_preview, name="file_preview"),
    path(f"{FILE}/pages/<int:page>/", views.file_page, name="file_page"),
    path(f"{FILE}/remove/", views.file_remove, name="file_remove"),
]
