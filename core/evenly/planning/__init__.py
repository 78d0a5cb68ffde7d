"""Put posts in, spread them, move, hold, explain."""

from evenly.planning.desk import Desk
from evenly.planning.queueing import Added, NewPost, PostRefused, add, add_many

__all__ = ["Added", "Desk", "NewPost", "PostRefused", "add", "add_many"]
