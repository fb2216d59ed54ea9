/**
 * WebSockets as every door stands on them: the handshake, the limits, the end.
 *
 * <p>May import: runtime.config, bus, api.http.
 */
@NullMarked
package io.muster.api.websocket;

import org.jspecify.annotations.NullMarked;
