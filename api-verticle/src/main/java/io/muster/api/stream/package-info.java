/**
 * Streaming responses: bytes framed once and written to many sockets unchanged.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.api.stream;

import org.jspecify.annotations.NullMarked;
