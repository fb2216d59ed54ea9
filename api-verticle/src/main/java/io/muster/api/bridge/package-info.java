/**
 * The event-bus bridge for browsers: sessions over WebSockets and over the other transports of
 * SockJS, their registrations to addresses, and the queries that they may send.
 *
 * <p>May import: schema, bus, runtime.config, api.fleet, api.http, api.limit, api.rest.contract,
 * api.state, api.stream, api.websocket.
 */
@NullMarked
package io.muster.api.bridge;

import org.jspecify.annotations.NullMarked;
