"""The participant's addresses."""

from django.urls import path

from adsum.portal import evidence, uploads, views

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
    path("address/", evidence.my_address, name="my-address"),
    path("address/proof/", evidence.address_proof, name="address-proof"),
    path("address/forms/", evidence.my_forms, name="my-forms"),
    path("address/forms/<slug:form_code>/", evidence.form_sheet, name="form-sheet"),
    path("address/forms/<slug:form_code>/sent/", evidence.form_sent, name="form-sent"),
    path("photo/", evidence.my_photo, name="my-photo"),
    path("documents/<int:document_id>/", uploads.my_document, name="my-document"),
    path("documents/uploads/", uploads.uploads, name="uploads"),
    path("documents/uploads/<uuid:upload_key>/", uploads.upload, name="upload"),
    path("language/", views.set_language, name="language"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
