"""The product's own settings, in a place of their own: a test touches neither a person's DATA_DIR nor their servers.

pytest-django reads settings before any conftest.py, so this cannot be done there.
"""

import os
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="k8sviz-tests-")
for _variable in ("REDIS_URL", "DATABASE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "DEBUG", "PORT", "KUBE_PORT"):
    os.environ.pop(_variable, None)
# The store's tests are run a second time on PostgreSQL, by tests/store/test_postgres.py.
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from k8sviz.settings import *  # noqa: E402, F403

# Processes that a test starts (`manage.py up`, a worker to be killed) run with the settings that people run.
os.environ["DJANGO_SETTINGS_MODULE"] = "k8sviz.settings"
