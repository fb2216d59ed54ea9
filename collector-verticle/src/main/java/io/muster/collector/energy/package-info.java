/**
 * What a host consumes: energy counters that go on where they were when the collector restarts.
 *
 * <p>May import: collector.proc, schema.
 */
@NullMarked
package io.muster.collector.energy;

import org.jspecify.annotations.NullMarked;
