package io.muster.collector.heartbeat;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link HeartbeatStatus}. Safe for use by any thread. */
final class PipelineCounters {
  final LongAdder recorded = new LongAdder();
  final LongAdder skipped = new LongAdder();
  final LongAdder sent = new LongAdder();
  final LongAdder acknowledged = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder duplicate = new LongAdder();
  final LongAdder outOfRange = new LongAdder();
  final LongAdder rejected = new LongAdder();
}
