"""A source of others' content: feeds are followed, what they offer lands in an inbox, and a person makes posts of it.

followed = follow(desk, "https://gems.example/feed.xml", now=now)
for offer in inbox(desk, now=now): ...
added = take(desk, "3", {"text": "Worth reading."}, root=folder, now=now)
"""

from evenly.following.offers import Offer, as_document, inbox
from evenly.following.polling import Followed, Polled, follow, poll, poll_due, unfollow
from evenly.following.refusing import FollowingRefused
from evenly.following.taking import skip, take
from evenly.following.twins import Twin

__all__ = [
    "Followed",
    "FollowingRefused",
    "Offer",
    "Polled",
    "Twin",
    "as_document",
    "follow",
    "inbox",
    "poll",
    "poll_due",
    "skip",
    "take",
    "unfollow",
]
