/**
 * One node: its settings, and the start and stop of its roles.
 *
 * <p>May import: schema, bus, runtime, collector, api, aggregator, registry.
 */
@NullMarked
package io.muster.launcher.node;

import org.jspecify.annotations.NullMarked;
