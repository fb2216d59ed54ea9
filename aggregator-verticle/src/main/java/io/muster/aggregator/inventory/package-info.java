/**
 * What a database holds, for people who look after it.
 *
 * <p>May import: aggregator.upkeep, schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.inventory;

import org.jspecify.annotations.NullMarked;
