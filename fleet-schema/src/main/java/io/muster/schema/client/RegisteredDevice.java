package io.muster.schema.client;

import io.muster.schema.json.Flat;
import java.util.Optional;

/**
 * One accelerator of a host, as its newest heartbeat with accelerators reports it.
 *
 * @param uuid identity; several hosts may report the same
 * @param deviceIndex position among the accelerators of the host, from 0
 * @param name product name
 * @param memoryTotalMb its memory, MiB
 * @param readAt instant of that heartbeat, UTC with six fraction digits
 */
public record RegisteredDevice(
    String uuid,
    int deviceIndex,
    String name,
    Optional<Integer> memoryTotalMb,
    @Flat DeviceHost host,
    @Flat NewestReadings readings,
    String readAt) {
  /**
   * The host of an accelerator.
   *
   * @param clientId 32 lower-case hexadecimal digits
   * @param host name
   * @param userId owner
   */
  public record DeviceHost(String clientId, String host, String userId) {}

  /**
   * The newest readings; empty if not reported.
   *
   * @param utilization percent
   * @param memory share of its memory in use, percent
   * @param temperature °C
   * @param power W
   */
  public record NewestReadings(
      Optional<Integer> utilization,
      Optional<Integer> memory,
      Optional<Integer> temperature,
      Optional<Integer> power) {}
}
