/**
 * Fleet events: from observations of conditions each change is stored once, whoever reports it.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.event;

import org.jspecify.annotations.NullMarked;
