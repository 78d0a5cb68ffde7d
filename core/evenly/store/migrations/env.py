"""Run by Alembic: migrates over the connection it is handed."""

from alembic import context

from evenly.store.models import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False)
context.run_migrations()
