/**
 * Sources for a host's CPUs, memory, chassis, storage, network and processes.
 *
 * <p>May import: collector.energy, collector.environment, collector.proc, collector.source, schema.
 */
@NullMarked
package io.muster.collector.host;

import org.jspecify.annotations.NullMarked;
