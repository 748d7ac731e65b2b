"""What an adapter would do that trusts an engine's batches. Workers import this module from its folder."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from policy.batches.shipping import Shipment
from policy.spark.placing import PLACE


def one_batch_at_a_time(
    shipment: Shipment, answer: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Evaluates each batch by itself: nothing is carried over its edge."""
    evaluator = shipment.arrived()
    for batch in batches:
        decided = evaluator.evaluate(pa.Table.from_batches([batch]).drop_columns([PLACE]))
        yield from decided.cast(answer).to_batches()
