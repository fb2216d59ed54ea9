/**
 * What a database holds, for people who look after it.
 *
 * <p>May import: aggregator.maintenance, schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.status;

import org.jspecify.annotations.NullMarked;
