"""Verbs of documents: bring one in pieces, keep it, look at it, answer it, forget it."""

from adsum.documents.actions.answering import answer_document, say_unable
from adsum.documents.actions.erasing import erase_documents, erase_unfinished, forget
from adsum.documents.actions.forms import mark_form
from adsum.documents.actions.keeping import keep_document, open_document, scan_again
from adsum.documents.actions.uploading import start_upload, take_piece

__all__ = [
    "answer_document",
    "erase_documents",
    "erase_unfinished",
    "forget",
    "keep_document",
    "mark_form",
    "open_document",
    "say_unable",
    "scan_again",
    "start_upload",
    "take_piece",
]
