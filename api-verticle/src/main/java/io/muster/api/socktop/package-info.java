/**
 * The door of socktop: one host's numbers over a WebSocket, as socktop_agent answers them.
 *
 * <p>May import: schema, bus, runtime.config, runtime.node, api.http, api.inspection,
 * api.websocket, api.socktop.proto.
 */
@NullMarked
package io.muster.api.socktop;

import org.jspecify.annotations.NullMarked;
