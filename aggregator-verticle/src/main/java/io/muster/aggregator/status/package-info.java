/**
 * The storage status of a database, for operators.
 *
 * <p>May import: aggregator.maintenance, schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.status;

import org.jspecify.annotations.NullMarked;
