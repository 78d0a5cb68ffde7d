"""Pictures, videos and documents from anywhere: what they really are, and how a network can take them.

facts = inspect(path)                          # by content, never by name; hostile files are refused
fitted = fit(path, limits.picture, into=dir)   # upright, without hidden data, small enough
problems = video_problems(facts, limits.video) # videos and documents are checked, never changed
"""

from evenly.media.checking import document_problems, video_problems
from evenly.media.content import suffix
from evenly.media.fitting import Fitted, fit
from evenly.media.inspection import MediaFacts, MediaRefused, confined, inspect

__all__ = ["Fitted", "MediaFacts", "MediaRefused", "confined", "document_problems", "fit", "inspect", "suffix", "video_problems"]
