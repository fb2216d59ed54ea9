/**
 * A response that does not end: bytes made once and written to many sockets as they are.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.api.stream;

import org.jspecify.annotations.NullMarked;
