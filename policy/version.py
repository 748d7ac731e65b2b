"""The engine's and the language's version, as receipts state them."""

from typing import Final

VERSION: Final = "0.1.0"
LANGUAGE: Final = "1"
