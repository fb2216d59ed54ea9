/**
 * Keys and certificates: PEM files and their validation, and certificates that this program issues.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.runtime.tls;

import org.jspecify.annotations.NullMarked;
