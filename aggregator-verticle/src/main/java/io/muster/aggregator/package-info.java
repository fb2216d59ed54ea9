/**
 * The aggregator role: its verticle and its settings.
 *
 * <p>May import: schema, bus, runtime, aggregator.
 */
@NullMarked
package io.muster.aggregator;

import org.jspecify.annotations.NullMarked;
