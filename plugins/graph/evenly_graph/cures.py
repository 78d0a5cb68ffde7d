"""What a person can do about an error, and in which field of the post: https://developers.facebook.com/docs/instagram-platform/reference

Errors that pass by themselves have no cure: waiting is not a person's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evenly.plugin import Message


@dataclass(frozen=True, slots=True)
class Cure:
    sentence: Message
    field: str | None = None  #: `text`, `media`, `options.KEY` …; None: not a matter of the post


def cure(code: int | str | None, subcode: int | None, kind: str = "") -> Cure | None:
    """By the subcode, else by the code, else by the class of the error. None: there is nothing a person could do."""
    return (_CURES.get(subcode) if subcode else None) or (_CURES.get(code) if code else None) or _BY_CLASS.get(kind)


_SIGN_IN = Cure(Message("Sign in again with `evenly connect`."))
_BY_CLASS: Mapping[str, Cure] = {
    "auth": _SIGN_IN,
    "permission": Cure(Message("Sign in again with `evenly connect` and allow everything that is asked for.")),
}
_AT_FACEBOOK = Cure(Message("Open facebook.com, do what it asks of you there, and sign in again with `evenly connect`."))
_TAGS = Cure(
    Message("Look at the tags: a name and, on a picture, where it stands from 0 to 1; none on what takes none."), "options.user_tags"
)

_CURES: Mapping[int | str | None, Cure] = {
    # every host
    3: Cure(Message("The app needs a capability that Meta grants in its review.")),
    104: Cure(Message("Store the app's right secret with `evenly connect --app`, and sign in again.")),
    2500: _SIGN_IN,
    368: Cure(Message("Look at what the network tells you in its own app; publishing rests until then.")),
    1609005: Cure(Message("Check that the link opens without signing in, or leave it away."), "link"),
    # Facebook
    382: Cure(Message("Take another video: this one is too small."), "media"),
    6001: Cure(Message("Convert the video to MP4 with H.264 and AAC."), "media"),
    1366046: Cure(Message("Make the photo a JPEG of at most 4 MB."), "media"),
    2069019: Cure(Message("Save the file anew as JPEG or MP4."), "media"),
    1349125: Cure(Message("Save the file anew as JPEG or MP4."), "media"),
    1363040: Cure(Message("Crop the video to between 9:16 and 16:9."), "media"),
    1363127: Cure(Message("Take a video of at least 540 by 960 pixels."), "media"),
    1363128: Cure(Message("Cut the video to between 3 and 90 seconds."), "media"),
    1363129: Cure(Message("Convert the video to between 24 and 60 pictures a second."), "media"),
    1346003: Cure(Message("Others have reported this content: change it."), "text"),
    1404102: Cure(Message("This breaks the network's rules: change it."), "text"),
    1609008: Cure(Message("Leave the link to facebook.com away."), "link"),
    2061006: Cure(Message("Correct the link."), "link"),
    1404078: _AT_FACEBOOK,
    1404006: _AT_FACEBOOK,
    4854002: _AT_FACEBOOK,
    1404112: Cure(Message("Look at what the network tells you in its own app; publishing rests until then.")),
    # Instagram
    2207003: Cure(Message("The address of the media answers too slowly: serve it from a faster one."), "media"),
    2207004: Cure(Message("Make the picture smaller than 8 MB."), "media"),
    2207005: Cure(Message("Save the picture as a JPEG."), "media"),
    2207009: Cure(Message("Crop the picture to between 4:5 and 1.91:1."), "media"),
    2207010: Cure(Message("Shorten the text to 2,200 characters."), "text"),
    2207023: Cure(Message("Choose another format for this post."), "format"),
    2207026: Cure(Message("Convert the video to MP4 with H.264 and AAC."), "media"),
    2207028: Cure(Message("Give a carousel 2 to 10 pictures and videos."), "media"),
    2207035: _TAGS,
    2207036: _TAGS,
    2207037: _TAGS,
    2207040: _TAGS,
    2207050: Cure(Message("Open the Instagram app, do what it asks of you there, and sign in again with `evenly connect`.")),
    2207051: Cure(Message("Instagram takes this for spam: look at the account in its app; publishing rests for some hours.")),
    2207052: Cure(Message("Check that the media's address opens for everybody, at once and without redirects."), "media"),
    2207057: Cure(Message("Set thumb_offset to a moment within the video."), "options.thumb_offset"),
    2207073: Cure(Message("Delete it in the Instagram app.")),
    2207081: Cure(Message("This account may not publish trial reels."), "format"),
    1504028: Cure(Message("This is a fault of evenly: please report it.")),
}
