/**
 * Source of a Linux host's readings: CPUs, memory, chassis, storage, network, processes, and the
 * container or virtual machine that the host is.
 *
 * <p>May import: collector.proc, collector.source, schema.
 */
@NullMarked
package io.muster.collector.host;

import org.jspecify.annotations.NullMarked;
