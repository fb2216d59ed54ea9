/**
 * The usage endpoint, the GPU monitoring WebSocket: pushes the usage of one host to its
 * subscribers.
 *
 * <p>May import: schema, bus, runtime.config, runtime.node, api.fleet, api.http, api.websocket.
 */
@NullMarked
package io.muster.api.usage;

import org.jspecify.annotations.NullMarked;
