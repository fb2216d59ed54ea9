/**
 * Limits of rates by token buckets, also one for each client address, and of what is open at once.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.api.limit;

import org.jspecify.annotations.NullMarked;
