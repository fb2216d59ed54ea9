/**
 * The maintenance of the history: pruning of old data, and compaction of closed days.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.maintenance;

import org.jspecify.annotations.NullMarked;
