/**
 * The registry role: its verticle, its settings and the validation of requests.
 *
 * <p>May import: schema, bus, runtime, registry.
 */
@NullMarked
package io.muster.registry;

import org.jspecify.annotations.NullMarked;
