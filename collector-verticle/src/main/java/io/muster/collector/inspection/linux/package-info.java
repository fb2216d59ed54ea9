/**
 * A Linux host looked at closely: CPUs, memory, interfaces, disks, processes and the journal,
 * straight from {@code /proc}, {@code /sys} and {@code journalctl}.
 *
 * <p>May import: collector.host, collector.inspection, collector.proc, schema, bus, runtime.node.
 */
@NullMarked
package io.muster.collector.inspection.linux;

import org.jspecify.annotations.NullMarked;
