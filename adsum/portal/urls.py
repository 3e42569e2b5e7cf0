"""The participant's addresses."""

from django.urls import path

from adsum.portal import (
    attempts,
    calendars,
    checking,
    hand_off,
    helpers,
    kiosk,
    messages,
    representatives,
    sharing,
    status,
    views,
)

urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("help/", views.help_page, name="help"),
    path("start/", views.start, name="start"),
    path("start/<str:code>/", views.start_with_code, name="start-with-code"),
    path("home/", views.home, name="home"),
    path("check-in/", views.check_in, name="check-in"),
    path("check-in/attempts/", attempts.attempts, name="attempts"),
    path("receipts/", checking.receipts, name="receipts"),
    path("receipts/<str:number>/", checking.receipt, name="receipt"),
    path("receipts/<str:number>/proof/", views.receipt_proof, name="receipt-proof"),
    path("hand-off/", hand_off.hand_off, name="hand-off"),
    path("hand-off/<uuid:key>/", hand_off.hand_off_arrived, name="hand-off-arrived"),
    path("p/", hand_off.phone, name="phone"),
    path("p/owntracks/", sharing.owntracks, name="owntracks"),
    path("p/<str:code>/", hand_off.phone_with_code, name="phone-with-code"),
    path("sharing/", sharing.sharing, name="sharing"),
    path("my-file/", views.my_file, name="my-file"),
    path("my-file/whole/", views.my_file_whole, name="my-file-whole"),
    path("my-file/dates.ics", calendars.my_dates, name="my-dates"),
    path("my-file/calendar/", calendars.my_calendar, name="my-calendar"),
    path("calendar/<str:token>/adsum.ics", calendars.calendar_feed, name="calendar-feed"),
    path("my-file/messages/", messages.my_messages, name="my-messages"),
    path("my-file/representatives/", representatives.my_representatives, name="my-representatives"),
    path("represented/<str:token>/", representatives.represented, name="represented"),
    path("help/near/", helpers.helpers, name="helpers"),
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("status/", status.status, name="status"),
    path("language/", views.set_language, name="language"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
