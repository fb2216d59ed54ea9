/**
 * Source for NVIDIA GPUs: converts the structs of the driver's management library to records.
 *
 * <p>May import: collector.nvml.binding, collector.source, schema.
 */
@NullMarked
package io.muster.collector.nvml;

import org.jspecify.annotations.NullMarked;
