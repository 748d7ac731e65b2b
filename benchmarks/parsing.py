"""Parsing: milliseconds per kilobyte, and whether time stays linear up to 50,000 lines.

python benchmarks/parsing.py
"""

import statistics
import time
from pathlib import Path

from policy.source import SourceFile
from policy.syntax.parse import parse

BLOCK = (Path(__file__).parent / "common_task.policy").read_text(encoding="utf-8").split("\n", 2)[2]


def text(lines: int) -> str:
    """A policy of about so many lines: the common task's statements again and again under new names."""
    per_block = BLOCK.count("\n")
    blocks = []
    for k in range(max(1, lines // per_block)):
        block = BLOCK
        for kind, name in (
            ("codes", "timed"),
            ("codes", "untimed"),
            ("count", "timed_units"),
            ("limit", "cap"),
            ("pair", "separate"),
        ):
            block = block.replace(f"{kind} {name}", f"{kind} {name}_{k}")
        blocks.append(block)
    return 'policy bench.parsing "parsing"\n\n' + "\n".join(blocks)


def main() -> None:
    parse(SourceFile("warm", text(30)))
    first = None
    for lines in (300, 1_000, 5_000, 50_000):
        file = SourceFile("bench", text(lines))
        spent = []
        for _ in range(3 if lines > 5_000 else 7):
            start = time.process_time()
            module, found = parse(file)
            spent.append(time.process_time() - start)
            if found:
                raise SystemExit(found[0])
        per_kb = statistics.median(spent) * 1e3 / (len(file.text) / 1024)
        first = first or per_kb
        size = f"{lines:>7,} lines {len(file.text) / 1024:>8,.0f} KB {len(module.declarations):>7,} declarations"
        print(
            f"{size} {statistics.median(spent) * 1e3:>9,.0f} ms {per_kb:6.2f} ms/KB   {per_kb / first:5.2f} × the first row"
        )


if __name__ == "__main__":
    main()
