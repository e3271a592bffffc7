"""On which databases a test runs in CI, and on which in torture alone."""

import pytest

# For tests of what no database has a part in: who may open which page, what a form refuses before anything is stored.
POSTGRESQL_IN_TORTURE = pytest.mark.parametrize(
    "dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)], indirect=True
)
