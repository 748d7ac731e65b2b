"""How far the property tests look.

Owns: `look`, the settings of a test that wants so many examples in a default run and forty times as many under
`--hypothesis-profile=long` (`tests/conftest.py` registers it).
Never: a deadline; a slow machine is not a wrong answer.
"""

from hypothesis import HealthCheck, settings


def look(examples: int, **more: object) -> settings:
    """Settings for a test of so many examples in a default run, in proportion under another profile."""
    share = settings.default.max_examples if settings.default is not None else 100
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=max(1, examples * share // 100), deadline=None, suppress_health_check=checks, **more)  # type: ignore[arg-type]
