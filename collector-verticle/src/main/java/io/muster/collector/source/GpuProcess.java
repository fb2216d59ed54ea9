package io.muster.collector.source;

import java.util.OptionalLong;

/**
 * One process on one GPU, as the driver lists it; the rest of its row comes from the host's process
 * table.
 *
 * @param pid in the host's process-id namespace
 * @param deviceIndex position of the GPU among those of its source
 * @param deviceUuid the GPU
 * @param usedMemoryBytes GPU memory held; empty if the driver does not tell
 */
public record GpuProcess(
    long pid, int deviceIndex, String deviceUuid, OptionalLong usedMemoryBytes) {}
