"""Requests, decisions and appeals. The database refuses a decision without its person, reasons, notice and appeal."""

from adsum.reviews.models.appeals import Appeal, AppealVote
from adsum.reviews.models.asked import Review, ReviewAsk, Snooze
from adsum.reviews.models.decided import ReviewDecision

__all__ = ["Appeal", "AppealVote", "Review", "ReviewAsk", "ReviewDecision", "Snooze"]
