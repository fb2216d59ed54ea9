/**
 * Communication between the roles: addresses, the frame topic, demand leases, failures.
 *
 * <p>May import: schema, bus.metrics.
 */
@NullMarked
package io.muster.bus;

import org.jspecify.annotations.NullMarked;
