"""What is kept of runs besides their tapes: an SQL database, its schema by alembic."""
