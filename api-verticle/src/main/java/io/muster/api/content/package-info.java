/**
 * Negotiation of the content of a response: the media types that a client accepts, and compression.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.api.content;

import org.jspecify.annotations.NullMarked;
