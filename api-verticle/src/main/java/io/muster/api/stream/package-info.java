/**
 * Streaming responses: bytes framed once and written to many sockets unchanged, below Vert.x.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.api.stream;

import org.jspecify.annotations.NullMarked;
