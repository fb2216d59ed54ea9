/**
 * Detailed sampling of a Linux host: CPUs, memory, interfaces, disks, processes and the journal,
 * from {@code /proc}, {@code /sys} and {@code journalctl}.
 *
 * <p>May import: collector.host, collector.inspection, collector.proc, schema, bus, runtime.node.
 */
@NullMarked
package io.muster.collector.inspection.linux;

import org.jspecify.annotations.NullMarked;
