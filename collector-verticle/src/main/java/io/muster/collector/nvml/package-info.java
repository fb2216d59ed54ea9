/**
 * NVIDIA GPUs, read through the driver's management library: structs to records.
 *
 * <p>May import: collector.nvml.binding, collector.source, schema.
 */
@NullMarked
package io.muster.collector.nvml;

import org.jspecify.annotations.NullMarked;
