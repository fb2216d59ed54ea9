package io.muster.schema.gpu;

/**
 * The identity of an accelerator.
 *
 * @param uuid identity of the device; on NVIDIA NVML's {@code GPU-...}
 * @param name marketing name
 * @param deviceType {@code GPU}, {@code NPU} or {@code TPU}
 * @param hostId host of the device
 * @param hostname name of the same host
 * @param instance the same host, as the Prometheus label {@code instance}
 */
public record GpuIdentity(
    String uuid, String name, String deviceType, String hostId, String hostname, String instance) {

  /** Returns the identity of a GPU of this host. */
  public static GpuIdentity ofGpu(String uuid, String name, String hostname) {
    return new GpuIdentity(uuid, name, "GPU", hostname, hostname, hostname);
  }
}
