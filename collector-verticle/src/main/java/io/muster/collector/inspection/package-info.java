/**
 * One host looked at closely, on request: one sampling for all who ask meanwhile, none while nobody
 * asks.
 *
 * <p>May import: collector.loop, collector.source, schema, bus, runtime.node.
 */
@NullMarked
package io.muster.collector.inspection;

import org.jspecify.annotations.NullMarked;
