"""When networks began."""

from collections.abc import Mapping
from types import MappingProxyType

LAUNCHED: Mapping[str, int] = MappingProxyType(
    {
        "linkedin": 2003,
        "xing": 2003,
        "facebook": 2004,
        "reddit": 2005,
        "youtube": 2005,
        "x": 2006,
        "whatsapp": 2009,
        "instagram": 2010,
        "pinterest": 2010,
        "snapchat": 2011,
        "mastodon": 2016,
        "tiktok": 2016,
        "bereal": 2020,
        "bluesky": 2023,
        "threads": 2023,
    }
)
"""The year in which each network, under whatever name, opened to people (TikTok: as Douyin; Bluesky: by invitation).

Source: the first paragraph of each network's page in the English Wikipedia, such as https://en.wikipedia.org/wiki/Snapchat.
"""
