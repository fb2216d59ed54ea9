/**
 * The WebSocket server that all WebSocket endpoints use: handshake, limits, closing handshake.
 *
 * <p>May import: runtime.config, bus, api.http, api.limit, api.stream.
 */
@NullMarked
package io.muster.api.websocket;

import org.jspecify.annotations.NullMarked;
