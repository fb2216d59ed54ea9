/**
 * Binding of the driver's management library (NVML): C names, constants, calls, one session.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.collector.nvml.binding;

import org.jspecify.annotations.NullMarked;
