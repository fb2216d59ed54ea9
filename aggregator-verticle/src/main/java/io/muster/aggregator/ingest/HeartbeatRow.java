package io.muster.aggregator.ingest;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.schema.history.Heartbeat;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * One heartbeat, as a row contains it.
 *
 * @param atMillis time of the host's clock, within the range of the database
 * @param devices each once
 * @param centiTflops peak performance of all devices, hundredths of a TFLOPS
 */
record HeartbeatRow(long atMillis, Heartbeat heartbeat, List<DeviceRow> devices, int centiTflops) {
  /** Converts a heartbeat. Of devices that report the same identity, the first one counts. */
  static HeartbeatRow of(long atMillis, Heartbeat heartbeat, GpuCatalog catalog) {
    if (heartbeat.devices().isEmpty()) {
      return new HeartbeatRow(atMillis, heartbeat, List.of(), 0);
    }
    var allDevices = heartbeat.devices().stream().map(DeviceRow::of).toList();
    Predicate<String> isFirst = new HashSet<String>()::add;
    var devices = allDevices.stream().filter(device -> isFirst.test(device.uuid())).toList();
    var centiTflops = catalog.centiTflops(allDevices.stream().map(DeviceRow::name).toList());
    return new HeartbeatRow(atMillis, heartbeat, devices, centiTflops);
  }

  short gpuFlags() {
    return (short)
        heartbeat.devices().stream().mapToInt(GpuFlags::of).reduce(0, (one, other) -> one | other);
  }
}
