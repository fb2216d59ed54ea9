/**
 * The energy consumption of a host: counters that continue after a restart of the collector.
 *
 * <p>May import: schema, runtime.file.
 */
@NullMarked
package io.muster.collector.energy;

import org.jspecify.annotations.NullMarked;
