package io.muster.collector.loop;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Options shared by all lanes of a collector.
 *
 * @param timeout deadline of a read within a pass
 * @param nanoTime elapsed time, ns
 * @param metrics metrics of a source, by its name
 */
public record LaneOptions(
    Duration timeout, LongSupplier nanoTime, Function<String, LaneMetrics> metrics) {}
