package io.muster.collector.loop;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What all lanes of a collector have in common.
 *
 * @param budget how long a pass waits for a source
 * @param nanos elapsed time, ns
 * @param meters of each source, by its name
 */
public record LaneTerms(Duration budget, LongSupplier nanos, Function<String, LaneMeter> meters) {}
