/**
 * The collector role: its verticle, its settings, and the sources of a host.
 *
 * <p>May import: schema, bus, runtime, collector.
 */
@NullMarked
package io.muster.collector;

import org.jspecify.annotations.NullMarked;
