"""How far the property tests look.

Owns: `look`, the settings of a test that wants so many examples in a default run, the same ones every time, and forty times as many,
other ones every time, under `--hypothesis-profile=long` (`tests/conftest.py` registers it).
Never: a deadline; a slow machine is not a wrong answer.
"""

from hypothesis import HealthCheck, settings


def look(examples: int) -> settings:
    """Settings for a test of so many examples in a default run, in proportion under another profile."""
    usual = settings.default.max_examples if settings.default is not None else 100
    return settings(
        max_examples=max(1, examples * usual // 100),
        derandomize=usual == 100,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
