package io.muster.schema.client;

import java.util.List;

/**
 * The details of one client.
 *
 * @param systemInfo the host
 * @param deviceInfo its accelerators, sorted by index
 */
public record ClientDetail(HostDetail systemInfo, List<DeviceDetail> deviceInfo) {
  public ClientDetail {
    deviceInfo = List.copyOf(deviceInfo);
  }

  /**
   * The readings of the host in its newest heartbeat; 0 without one.
   *
   * @param health score 0..100, the same as in the list
   * @param cpuUsage percent 0..100
   * @param memoryUsage percent 0..100
   * @param storageUsage percent 0..100
   * @param deviceMemsize memory of all accelerators, MiB
   * @param uptimeDays UTC days with a heartbeat
   */
  public record HostDetail(
      int health,
      int cpuUsage,
      int memoryUsage,
      int storageUsage,
      long deviceMemsize,
      int uptimeDays) {}

  /**
   * One accelerator. A reading that is not reported is 0.
   *
   * @param deviceIndex position among the accelerators, from 0
   * @param name product name
   * @param temp °C
   * @param usage percent 0..100
   * @param memUsage share of its memory in use, percent 0..100
   * @param powerUsage W
   */
  public record DeviceDetail(
      int deviceIndex, String name, int temp, int usage, int memUsage, int powerUsage) {}
}
