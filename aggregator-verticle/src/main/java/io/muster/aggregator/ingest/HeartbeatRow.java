package io.muster.aggregator.ingest;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * One heartbeat, as a row contains it.
 *
 * @param atMillis time of the host's clock, within the range of the database
 * @param devices by index, each once; empty: not reported
 * @param deviceList descriptions of the devices; empty: not reported, or none
 * @param centiTflops peak performance of all devices, hundredths of a TFLOPS
 */
record HeartbeatRow(
    long atMillis,
    Heartbeat heartbeat,
    Optional<List<DeviceRow>> devices,
    Optional<DeviceList> deviceList,
    int centiTflops) {
  private static final Comparator<DeviceRow> BY_INDEX = Comparator.comparingInt(DeviceRow::index);

  /**
   * Converts a heartbeat. Of devices that report the same identity, the first one counts.
   *
   * @param clientId client of the devices
   */
  static HeartbeatRow of(long atMillis, Heartbeat heartbeat, String clientId, GpuCatalog catalog) {
    if (heartbeat.deviceCount() == 0) {
      return new HeartbeatRow(
          atMillis, heartbeat, heartbeat.devices().map(none -> List.of()), Optional.empty(), 0);
    }
    var names = new ArrayList<String>();
    var devices = new ArrayList<DeviceRow>();
    var descriptions = new ArrayList<DeviceDescription>();
    var uuids = new HashSet<String>();
    // One loop instead of streams: with them this class took more CPU than the database.
    for (var device : sortedRows(heartbeat.devices().orElseThrow())) {
      names.add(device.name());
      if (uuids.add(device.uuid())) {
        devices.add(device);
        descriptions.add(device.description());
      }
    }
    return new HeartbeatRow(
        atMillis,
        heartbeat,
        Optional.of(devices),
        Optional.of(new DeviceList(clientId, descriptions)),
        catalog.centiTflops(names));
  }

  short gpuFlags() {
    var flags = 0;
    for (var device : heartbeat.devices().orElse(List.of())) {
      flags |= GpuFlags.of(device);
    }
    return (short) flags;
  }

  private static List<DeviceRow> sortedRows(List<DeviceReading> readings) {
    var rows = new ArrayList<DeviceRow>(readings.size());
    readings.forEach(reading -> rows.add(DeviceRow.of(reading)));
    rows.sort(BY_INDEX);
    return rows;
  }
}
