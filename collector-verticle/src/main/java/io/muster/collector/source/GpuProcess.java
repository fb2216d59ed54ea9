package io.muster.collector.source;

import java.util.OptionalLong;

/**
 * One process on one GPU, as listed by the driver; the other columns of its row come from the
 * host's process table.
 *
 * @param pid process id in the host's pid namespace
 * @param deviceIndex position of the GPU among those of its source
 * @param deviceUuid UUID of the GPU
 * @param usedMemoryBytes GPU memory of the process; empty if the driver does not report it
 */
public record GpuProcess(
    long pid, int deviceIndex, String deviceUuid, OptionalLong usedMemoryBytes) {}
