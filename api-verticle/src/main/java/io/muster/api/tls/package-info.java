/**
 * The identity of this node to TLS clients: a configured certificate, or a self-signed one that is
 * generated at the first start and stored. Every call blocks.
 *
 * <p>May import: runtime.config, runtime.file, runtime.tls.
 */
@NullMarked
package io.muster.api.tls;

import org.jspecify.annotations.NullMarked;
