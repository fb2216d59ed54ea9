/**
 * What the kernel of Linux says under {@code /proc} and {@code /sys}: reading its small files, and
 * parsing them.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.collector.proc;

import org.jspecify.annotations.NullMarked;
