/**
 * The sockets on which this node accepts connections, and the supervision of each connection.
 *
 * <p>May import: bus, runtime.config, runtime.file, api.limit, api.stream, api.tls.
 */
@NullMarked
package io.muster.api.listener;

import org.jspecify.annotations.NullMarked;
