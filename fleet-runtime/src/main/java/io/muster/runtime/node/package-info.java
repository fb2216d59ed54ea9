/**
 * The objects that the roles of one node share: clocks, timers, caches, health checks, metrics,
 * services.
 *
 * <p>May import: bus.
 */
@NullMarked
package io.muster.runtime.node;

import org.jspecify.annotations.NullMarked;
