/**
 * Readers and parsers of the small files of the Linux kernel under {@code /proc} and {@code /sys}.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.collector.proc;

import org.jspecify.annotations.NullMarked;
