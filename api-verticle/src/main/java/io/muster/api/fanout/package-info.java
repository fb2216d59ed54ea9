/**
 * Delivery of new frames to subscribers, and the handling of slow ones.
 *
 * <p>May import: schema, bus, api.fleet, api.limit, api.stream.
 */
@NullMarked
package io.muster.api.fanout;

import org.jspecify.annotations.NullMarked;
