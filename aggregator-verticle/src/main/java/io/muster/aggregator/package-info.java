/**
 * The aggregator role.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator;

import org.jspecify.annotations.NullMarked;
