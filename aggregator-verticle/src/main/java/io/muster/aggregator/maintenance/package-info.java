/**
 * What is kept of the history and how: old data dropped, closed days packed.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.maintenance;

import org.jspecify.annotations.NullMarked;
