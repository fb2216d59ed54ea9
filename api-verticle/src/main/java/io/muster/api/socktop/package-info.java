/**
 * The socktop endpoint: the metrics of one host over a WebSocket, in the protocol of socktop_agent.
 *
 * <p>May import: schema, bus, runtime.config, runtime.node, api.content, api.fleet, api.http,
 * api.websocket, api.socktop.proto.
 */
@NullMarked
package io.muster.api.socktop;

import org.jspecify.annotations.NullMarked;
