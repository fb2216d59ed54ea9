/**
 * Endpoints: their type and their routing, and the HTTP handling that they share: who may send a
 * request, client addresses and their limits, CORS, query parameters, bodies.
 *
 * <p>May import: schema.json, bus, runtime.config, api.content, api.limit, api.stream.
 */
@NullMarked
package io.muster.api.http;

import org.jspecify.annotations.NullMarked;
