package io.muster.schema.gpu;

/**
 * The identity of an accelerator.
 *
 * @param uuid identity of the device; on NVIDIA NVML's {@code GPU-...}
 * @param name marketing name
 * @param deviceType {@code GPU}, {@code NPU} or {@code TPU}
 */
public record GpuIdentity(String uuid, String name, String deviceType) {
  /** Returns the identity of a GPU. */
  public static GpuIdentity ofGpu(String uuid, String name) {
    return new GpuIdentity(uuid, name, "GPU");
  }
}
