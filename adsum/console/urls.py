"""The officers' addresses."""

from django.urls import path

from adsum.console import evidence, kiosk, letters, misses, sharing, signing, views

urlpatterns = [
    path("", views.my_worklist, name="worklist"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="console-sign-out"),
    path("kiosk/", kiosk.kiosk_device, name="kiosk-device"),
    path("people/", views.search, name="search"),
    path("people/<int:participant_id>/", views.person, name="person"),
    path("people/<int:participant_id>/invitations/", views.invitation, name="invitation"),
    path("people/<int:participant_id>/sharing/", sharing.order_sharing, name="order-sharing"),
    path("people/<int:participant_id>/enrolment-photo/", evidence.enrolment_photo, name="enrolment-photo"),
    path("documents/<int:document_id>/", evidence.document, name="document"),
    path("people/<int:participant_id>/absconding/", signing.absconding_end, name="absconding-end"),
    path("misses/", misses.misses, name="misses"),
    path("misses/<int:flag_id>/", misses.miss, name="miss"),
    path("calls/", signing.calls, name="calls"),
    path("calls/<int:rung_id>/", signing.call, name="call"),
    path("signatures/", signing.signatures, name="signatures"),
    path("signatures/<int:step_id>/", signing.signature, name="signature"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("letters/<int:letter_id>/posting/", letters.letter_posting, name="letter-posting"),
    path("flags/<int:flag_id>/decision/", views.flag_decision, name="flag-decision"),
]
