/**
 * The {@code certs} commands: an authority, and the certificates that it issues.
 *
 * <p>May import: runtime.file, runtime.tls.
 */
@NullMarked
package io.muster.launcher.certs;

import org.jspecify.annotations.NullMarked;
