"""Pictures and videos from anywhere: what they really are, and how a network can take them.

facts = inspect(path)                          # by content, never by name; hostile files are refused
fitted = fit(path, limits.picture, into=dir)   # upright, without hidden data, small enough
"""

from evenly.media.fitting import Fitted, fit, video_problems
from evenly.media.inspection import MediaFacts, MediaRefused, confined, inspect

__all__ = ["Fitted", "MediaFacts", "MediaRefused", "confined", "fit", "inspect", "video_problems"]
