"""The officers' addresses."""

from django.urls import path

from adsum.console import (
    appointments,
    closed_days,
    evidence,
    excuses,
    kiosk,
    letters,
    photos,
    policies,
    schedule,
    sharing,
    simulating,
    views,
)

urlpatterns = [
    path("", views.my_worklist, name="worklist"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="console-sign-out"),
    path("kiosk/", kiosk.kiosk_device, name="kiosk-device"),
    path("people/", views.search, name="search"),
    path("people/<int:participant_id>/", views.person, name="person"),
    path("people/<int:participant_id>/invitations/", views.invitation, name="invitation"),
    path("people/<int:participant_id>/sharing/", sharing.order_sharing, name="order-sharing"),
    path("people/<int:participant_id>/photos/", photos.order_photos, name="order-photos"),
    path("people/<int:participant_id>/appointments/", appointments.appointments, name="appointments"),
    path("appointments/<int:appointment_id>/", appointments.appointment, name="appointment"),
    path("people/<int:participant_id>/schedule/", schedule.schedule, name="schedule"),
    path("people/<int:participant_id>/excuse-requests/", excuses.excuse_note, name="excuse-note"),
    path("people/<int:participant_id>/enrolment-photo/", evidence.enrolment_photo, name="enrolment-photo"),
    path("documents/<int:document_id>/", evidence.document, name="document"),
    path("closed-days/", closed_days.office_days, name="closed-days"),
    path("closed-days/opened/", closed_days.office_open, name="open-day"),
    path("letters/", letters.letters, name="letters"),
    path("letters/paper.pdf", letters.letters_paper, name="letters-paper"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("letters/<int:letter_id>/posting/", letters.letter_posting, name="letter-posting"),
    path("policies/", policies.policies, name="policies"),
    path("policies/simulate/", simulating.try_policy, name="simulate"),
    path("policies/<str:kind>/", policies.policy, name="policy"),
    path("policies/versions/<int:version_id>/", policies.policy_version, name="policy-version"),
    path("policies/versions/<int:version_id>/decision/", policies.policy_decision, name="policy-decision"),
    path("flags/<int:flag_id>/decision/", views.flag_decision, name="flag-decision"),
]
