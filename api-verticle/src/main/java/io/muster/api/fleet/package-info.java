/**
 * The latest frame of each host, the frames composed from them, and the selection of a host.
 *
 * <p>May import: schema, bus, runtime.config, runtime.node, api.http, api.stream.
 */
@NullMarked
package io.muster.api.fleet;

import org.jspecify.annotations.NullMarked;
