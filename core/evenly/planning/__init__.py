"""Put posts in, spread them, move, hold, explain."""

from evenly.planning.choosing import ChangeRefused
from evenly.planning.desk import Desk
from evenly.planning.editing import Edit
from evenly.planning.queueing import Added, NewPost, PostRefused, add, add_many

__all__ = ["Added", "ChangeRefused", "Desk", "Edit", "NewPost", "PostRefused", "add", "add_many"]
