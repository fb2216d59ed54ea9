/**
 * One node: its settings, and its roles from start to stop.
 *
 * <p>May import: schema, bus, runtime, collector, api, aggregator, registry.
 */
@NullMarked
package io.muster.launcher.node;

import org.jspecify.annotations.NullMarked;
