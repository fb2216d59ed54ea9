/**
 * The registry role: its verticle, its settings, and what a request must be.
 *
 * <p>May import: schema, bus, runtime, registry.
 */
@NullMarked
package io.muster.registry;

import org.jspecify.annotations.NullMarked;
