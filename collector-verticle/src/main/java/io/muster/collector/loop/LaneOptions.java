package io.muster.collector.loop;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What all lanes of a collector have in common.
 *
 * @param timeout how long a pass waits for a source
 * @param nanoTime elapsed time, ns
 * @param metrics of each source, by its name
 */
public record LaneOptions(
    Duration timeout, LongSupplier nanoTime, Function<String, LaneMetrics> metrics) {}
