/**
 * The door of the GPU monitoring WebSocket: what one host uses, pushed to everybody who subscribed.
 *
 * <p>May import: schema, bus, runtime.config, runtime.node, api.fleet, api.http, api.inspection,
 * api.websocket.
 */
@NullMarked
package io.muster.api.usage;

import org.jspecify.annotations.NullMarked;
