/**
 * Queries over the stored history.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.history;

import org.jspecify.annotations.NullMarked;
