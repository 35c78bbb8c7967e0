"""Brings the database to the state that this code expects, and refuses one that newer code has changed."""

from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql import base as postgresql
from django.db.migrations.executor import MigrationExecutor

from k8sviz.up.data_dir import made_by_newer
from k8sviz.up.trouble import CannotStart


def migrate(data_dir: Path) -> None:
    """Raises `CannotStart` when the database knows migrations that this code does not."""
    _reach()
    executor = MigrationExecutor(connection)
    loader = executor.loader
    ours = {app for app, _ in loader.disk_migrations}
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in ours and (app, name) not in loader.disk_migrations
    )
    if unknown:
        place = data_dir if connection.vendor == "sqlite" else "The database of DATABASE_URL"
        raise CannotStart(made_by_newer(place, f"it has the migration {unknown[-1]}"))
    if executor.migration_plan(loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def _reach() -> None:
    """One connection outside of the pool: the pool would try for its whole time-out and then say only that it did."""
    database = connections["default"]
    if isinstance(database, postgresql.DatabaseWrapper):
        with database.wrap_database_errors:
            database.Database.connect(**{"connect_timeout": 5, **database.get_connection_params()}).close()
