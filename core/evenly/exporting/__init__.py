"""The state, the plan and the posts as text that other programs read.

for line in export_lines(desk): ...     # JSON Lines: everything, to be imported again
export_ics(desk, now=now)               # the plan as a calendar
for line in export_csv(desk): ...       # the posts as a spreadsheet
"""

from evenly.exporting.calendars import Chore, export_ics
from evenly.exporting.everything import export_lines
from evenly.exporting.spreadsheets import export_csv

__all__ = ["Chore", "export_csv", "export_ics", "export_lines"]
