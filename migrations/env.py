"""Runs migrations on the connection that signoff/db/schema.py hands over; views and guards are set aside meanwhile."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=None, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
