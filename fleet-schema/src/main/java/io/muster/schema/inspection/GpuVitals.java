package io.muster.schema.inspection;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The fast-changing readings of one accelerator; a reading that its driver does not report is
 * empty.
 *
 * @param name marketing name
 * @param utilizationPercent share of the driver's sample period with work running, 0..100
 * @param celsius temperature of the chip
 * @param powerWatts board draw
 */
public record GpuVitals(
    String name,
    OptionalDouble utilizationPercent,
    OptionalLong usedMemoryBytes,
    OptionalLong totalMemoryBytes,
    OptionalDouble celsius,
    OptionalDouble powerWatts) {}
