/**
 * The registry role.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.registry;

import org.jspecify.annotations.NullMarked;
