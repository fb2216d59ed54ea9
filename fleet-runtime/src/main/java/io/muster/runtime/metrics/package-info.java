/**
 * The metrics of a node about itself: the registry and its names, Vert.x, the process.
 *
 * <p>May import: bus.
 */
@NullMarked
package io.muster.runtime.metrics;

import org.jspecify.annotations.NullMarked;
