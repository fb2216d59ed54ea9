/**
 * The newest frame of every host, what of it is shown, and who is told of it.
 *
 * <p>May import: schema, bus, runtime.node.
 */
@NullMarked
package io.muster.api.fleet;

import org.jspecify.annotations.NullMarked;
