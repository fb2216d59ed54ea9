/**
 * Detailed sampling of one host, on demand: concurrent requests share one sampling, and without
 * requests there is none.
 *
 * <p>May import: collector.loop, collector.source, schema, bus, runtime.node.
 */
@NullMarked
package io.muster.collector.inspection;

import org.jspecify.annotations.NullMarked;
