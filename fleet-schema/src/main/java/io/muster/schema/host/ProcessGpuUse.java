package io.muster.schema.host;

/**
 * The use of one GPU by a process.
 *
 * @param deviceId position of the GPU among the GPUs of its driver; 0 without a GPU
 * @param deviceUuid the GPU; empty text without one
 * @param usedMemory GPU memory used by the process, bytes, whole MiB; 0 without a GPU or if the
 *     driver does not report it
 * @param gpuUtilization percent 0..100; 0 if the driver does not report it
 */
public record ProcessGpuUse(
    int deviceId, String deviceUuid, long usedMemory, double gpuUtilization, boolean usesGpu) {
  /** A process that uses no GPU. */
  public static final ProcessGpuUse NONE = new ProcessGpuUse(0, "", 0, 0, false);
}
