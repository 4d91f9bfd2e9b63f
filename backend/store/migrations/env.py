"""Alembic's entry: runs the migrations on the database that `backend.store.database.migrate` names."""

from alembic import context
from sqlalchemy import create_engine, pool

from backend.store.models import Base

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
