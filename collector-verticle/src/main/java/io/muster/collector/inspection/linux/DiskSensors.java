package io.muster.collector.inspection.linux;

import io.muster.collector.host.HostSensors;
import io.muster.collector.proc.HostRoot;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the temperatures of the disks of a Linux host from the sensor chip of each (hwmon). */
final class DiskSensors {
  private static final String CHIP_PREFIX = "hwmon";
  private static final Pattern NVME = Pattern.compile("(nvme\\d+)n\\d+");

  private final HostRoot hostRoot;

  DiskSensors(HostRoot hostRoot) {
    this.hostRoot = hostRoot;
  }

  /**
   * Returns the temperature of a disk by its name under {@code /sys/block}, °C; the composite one
   * of an NVMe disk.
   */
  OptionalDouble celsius(String diskName) {
    return sensorDirectories(diskName)
        .flatMap(this::chips)
        .flatMapToLong(chip -> hostRoot.readNumber(chip + "/temp1_input").stream())
        .mapToObj(HostSensors::toCelsius)
        .flatMapToDouble(OptionalDouble::stream)
        .findFirst();
  }

  private static Stream<String> sensorDirectories(String diskName) {
    var nvme = NVME.matcher(diskName);
    var device = "sys/block/" + diskName + "/device";
    return nvme.matches()
        ? Stream.of(device, "sys/class/nvme/" + nvme.group(1))
        : Stream.of(device);
  }

  /** Chips are in the directory of the device or, one level deeper, in one of their class. */
  private Stream<String> chips(String directory) {
    return Stream.of(directory, directory + "/" + CHIP_PREFIX)
        .flatMap(
            parent ->
                hostRoot.listNames(parent, CHIP_PREFIX).stream().map(name -> parent + "/" + name));
  }
}
