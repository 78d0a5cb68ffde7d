"""Self-contained HTML pages: nothing is fetched from anywhere, so that a page can be mailed, printed and read offline.

page = calendar_page(gathered(app.desk, now=now, since=monday, until=in_four_weeks))
page = report_page(report)
"""

from evenly.pages.calendar import Calendar, calendar_page
from evenly.pages.gathering import gathered
from evenly.pages.report import report_page

__all__ = ["Calendar", "calendar_page", "gathered", "report_page"]
