package io.muster.schema.gpu;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One instance of a partitioned GPU at one instant.
 *
 * @param index number among the instances of its GPU, from 0
 * @param uuid identity of the instance; on NVIDIA NVML's {@code MIG-...}
 * @param profile size of the instance, such as {@code 1g.10gb}
 * @param gpuInstanceId number assigned by the driver to its memory slice
 * @param computeInstanceId number assigned by the driver to its compute slice
 * @param utilization share of the driver's sample period with work running, percent 0..100
 * @param memoryUtilization share of the sample period in which its memory was read or written,
 *     percent 0..100
 * @param usedMemory bytes in use
 * @param totalMemory bytes
 */
public record MigInstance(
    int index,
    String uuid,
    String profile,
    OptionalInt gpuInstanceId,
    OptionalInt computeInstanceId,
    OptionalDouble utilization,
    OptionalDouble memoryUtilization,
    OptionalLong usedMemory,
    OptionalLong totalMemory) {}
