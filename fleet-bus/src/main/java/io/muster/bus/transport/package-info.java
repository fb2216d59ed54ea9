/**
 * The transport of service calls: over the event bus, or directly within one node; results in
 * pages.
 *
 * <p>May import: schema, bus.
 */
@NullMarked
package io.muster.bus.transport;

import org.jspecify.annotations.NullMarked;
