from django.urls import path

from bench.contenders import PlainBases, constant
from chenzhou_pilot import urls as site

handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500

urlpatterns = [
    path("bench/plain/bases/", PlainBases.as_view({"get": "list"})),
    path("bench/constant/<int:size>/", constant),
    *site.urlpatterns,
]
