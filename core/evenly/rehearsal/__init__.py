"""Trying out: the real planner, publisher and plugins against stand-ins of the networks, on a virtual clock.

folder = make_sample(place)                 # an invented jeweller, for the demo
rehearsal = Rehearsal.open(app, clock)
"""

from evenly.rehearsal.rehearsing import Proof, Rehearsal
from evenly.rehearsal.sample import make_sample

__all__ = ["Proof", "Rehearsal", "make_sample"]
