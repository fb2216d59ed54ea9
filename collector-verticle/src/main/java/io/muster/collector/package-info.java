/**
 * The collector role: its verticle, its settings, and which sources a host has.
 *
 * <p>May import: schema, bus, runtime, collector.
 */
@NullMarked
package io.muster.collector;

import org.jspecify.annotations.NullMarked;
