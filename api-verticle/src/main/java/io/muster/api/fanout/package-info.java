/**
 * Who is told of a new frame, and what becomes of it when somebody is slow.
 *
 * <p>May import: schema, bus, api.fleet, api.stream.
 */
@NullMarked
package io.muster.api.fanout;

import org.jspecify.annotations.NullMarked;
