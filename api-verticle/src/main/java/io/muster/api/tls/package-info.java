/**
 * Who this node is to TLS clients: a certificate that is given, or made at the first start and
 * kept. All of it blocks.
 *
 * <p>May import: runtime.config.
 */
@NullMarked
package io.muster.api.tls;

import org.jspecify.annotations.NullMarked;
