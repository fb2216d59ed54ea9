/**
 * What one node lends to its roles: clocks, timers, health, counters.
 *
 * <p>May import: runtime.config.
 */
@NullMarked
package io.muster.runtime.node;

import org.jspecify.annotations.NullMarked;
