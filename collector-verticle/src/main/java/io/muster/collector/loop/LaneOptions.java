package io.muster.collector.loop;

import io.muster.bus.metrics.MeterFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Options shared by all lanes of a collector.
 *
 * @param timeout deadline of a read within a pass
 * @param nanoTime elapsed time, ns
 * @param meters creates the metrics of each source
 */
public record LaneOptions(Duration timeout, LongSupplier nanoTime, MeterFactory meters) {}
