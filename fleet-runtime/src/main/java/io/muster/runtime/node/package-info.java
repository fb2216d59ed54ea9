/**
 * The objects that the roles of one node share: clocks, timers, health checks, metrics.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.runtime.node;

import org.jspecify.annotations.NullMarked;
