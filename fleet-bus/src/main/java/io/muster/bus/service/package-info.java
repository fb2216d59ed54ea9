/**
 * Service interfaces over the event bus, and the transport of their calls.
 *
 * <p>May import: schema, bus.
 */
@NullMarked
package io.muster.bus.service;

import org.jspecify.annotations.NullMarked;
