"""Every test of a shipped policy that asks for `engine` runs on both."""

import pytest


@pytest.fixture(scope="module", params=("reference", "compiled"))
def engine(request: pytest.FixtureRequest) -> str:
    """The evaluator under test."""
    return str(request.param)
