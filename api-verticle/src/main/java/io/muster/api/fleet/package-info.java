/**
 * The latest frame of each host, and the frames composed from them.
 *
 * <p>May import: schema, bus, api.http, api.stream.
 */
@NullMarked
package io.muster.api.fleet;

import org.jspecify.annotations.NullMarked;
