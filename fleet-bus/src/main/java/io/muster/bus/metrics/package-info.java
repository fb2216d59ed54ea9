/**
 * The registration of counters, gauges and timers with Micrometer.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.bus.metrics;

import org.jspecify.annotations.NullMarked;
