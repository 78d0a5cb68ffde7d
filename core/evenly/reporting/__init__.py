"""What the effort brought: the report as data, and what is made of it.

made = report(app.desk, since=since, until=until, now=app.clock.now())
"""
