/**
 * The driver's management library (NVML) as C has it: names, constants, calls, one session.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.collector.nvml.binding;

import org.jspecify.annotations.NullMarked;
