/**
 * Hours folded into days, and into what is known of each client.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.rollup;

import org.jspecify.annotations.NullMarked;
