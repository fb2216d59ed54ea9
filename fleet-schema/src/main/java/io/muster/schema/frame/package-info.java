/**
 * All readings of one host at one instant, typed and as spliceable JSON bytes.
 *
 * <p>May import: schema.json, schema.gpu, schema.host.
 */
@NullMarked
package io.muster.schema.frame;

import org.jspecify.annotations.NullMarked;
