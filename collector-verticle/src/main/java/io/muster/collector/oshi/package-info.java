/**
 * Source of a host's readings on systems other than Linux, through OSHI: the only package that uses
 * OSHI.
 *
 * <p>May import: collector.host, collector.proc, collector.source, schema.
 */
@NullMarked
package io.muster.collector.oshi;

import org.jspecify.annotations.NullMarked;
