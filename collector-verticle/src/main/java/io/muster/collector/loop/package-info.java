/**
 * One pass, at a tick or on request: read every source on its own lane, assemble a frame, publish
 * it.
 *
 * <p>May import: collector.energy, collector.source, schema, bus, runtime.node.
 */
@NullMarked
package io.muster.collector.loop;

import org.jspecify.annotations.NullMarked;
