"""What every folder of tests shares: the flag that rewrites expectations, and the profile under which Hypothesis looks further.

Owns: `--rewrite`, `--kills` and the profile. A test that compares with a file in the repository takes the fixture `rewrite` and, when it is
true, writes the file instead; `git diff` is the review. `--hypothesis-profile=long` looks at forty times the examples.
"""

import pytest
from hypothesis import settings

settings.register_profile("long", max_examples=4000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write expected files anew; review them with git diff")
    parser.addoption(
        "--kills", type=int, default=1, help="runs over files that are killed again and again, of each sort"
    )


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """True when expected files are to be written anew."""
    return bool(request.config.getoption("--rewrite"))
