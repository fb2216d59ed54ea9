/**
 * The registration of counters, gauges and timers with Micrometer, and the limit of log lines.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.bus.metrics;

import org.jspecify.annotations.NullMarked;
