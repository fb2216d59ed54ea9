/**
 * HTTP handling that the endpoints share: the token, client addresses, CORS, query parameters,
 * shared bodies.
 *
 * <p>May import: runtime.config, bus, api.stream.
 */
@NullMarked
package io.muster.api.http;

import org.jspecify.annotations.NullMarked;
