from django.urls import path

from subsidies.views import receipts

urlpatterns = [
    path("applications/<uuid:public_id>/receipts/<int:round>/", receipts.receipt_detail, name="receipt_detail"),
    path("applications/<uuid:public_id>/receipts/<int:round>/receipt.pdf", receipts.receipt_as_pdf, name="receipt_pdf"),
    path(
        "applications/<uuid:public_id>/receipts/<int:round>/signed.json",
        receipts.receipt_content,
        name="receipt_content",
    ),
    path("applications/<uuid:public_id>/form.pdf", receipts.application_form, name="application_form"),
    path("receipts/", receipts.receipt_check, name="receipt_check"),
    path("receipts/<str:code>/", receipts.receipt_checked, name="receipt_checked"),
]
