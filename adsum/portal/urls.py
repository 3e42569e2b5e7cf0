"""The participant's addresses."""

from django.urls import path

from adsum.portal import messages, views

urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("help/", views.help_page, name="help"),
    path("start/", views.start, name="start"),
    path("start/<str:code>/", views.start_with_code, name="start-with-code"),
    path("home/", views.home, name="home"),
    path("check-in/", views.check_in, name="check-in"),
    path("receipts/<str:number>/", views.receipt, name="receipt"),
    path("receipts/<str:number>/proof/", views.receipt_proof, name="receipt-proof"),
    path("my-file/", views.my_file, name="my-file"),
    path("my-file/whole/", views.my_file_whole, name="my-file-whole"),
    path("my-messages/", messages.my_messages, name="my-messages"),
    path("my-messages/texts/", messages.texts_again, name="texts-again"),
    path("language/", views.set_language, name="language"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
