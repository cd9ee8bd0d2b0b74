from django.urls import URLPattern, path

from subsidies.views import review_files, score_sheets

SEAT = "reviews/<int:seat_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{SEAT}file/", review_files.review_application, name="review_application"),
    path(f"{SEAT}files/<uuid:file_id>/", review_files.review_file_preview, name="review_file_preview"),
    path(f"{SEAT}files/<uuid:file_id>/pages/<int:page>/", review_files.review_file_page, name="review_file_page"),
    path(f"{SEAT}sheet/", score_sheets.score_sheet, name="score_sheet"),
    path(f"{SEAT}sheet/print/", score_sheets.score_sheet_print, name="score_sheet_print"),
    path(f"{SEAT}sheet/revise/", score_sheets.score_sheet_revise, name="score_sheet_revise"),
    path(f"{SEAT}sheet/drop/", score_sheets.score_sheet_drop, name="score_sheet_drop"),
    path(f"{SEAT}note/", score_sheets.review_note, name="review_note"),
]
