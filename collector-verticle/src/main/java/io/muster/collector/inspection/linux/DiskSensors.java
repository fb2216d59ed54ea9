package io.muster.collector.inspection.linux;

import io.muster.collector.proc.HostRoot;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the temperatures of the disks of a Linux host from the sensor chip of each (hwmon). */
final class DiskSensors {
  private static final String CHIP_PREFIX = "hwmon";
  private static final Pattern NVME = Pattern.compile("(nvme\\d+)n\\d+");
  private static final double MIN_CELSIUS = -40;
  private static final double MAX_CELSIUS = 200;

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
        .map(chip -> hostRoot.readNumber(chip + "/temp1_input"))
        .filter(value -> value.isPresent())
        .mapToDouble(value -> value.getAsLong() / 1000.0)
        .filter(celsius -> celsius > MIN_CELSIUS && celsius < MAX_CELSIUS)
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
    return hostRoot.listNames(directory, CHIP_PREFIX).stream()
        .flatMap(
            name ->
                name.equals(CHIP_PREFIX)
                    ? nestedChips(directory).stream()
                    : Stream.of(directory + "/" + name));
  }

  private List<String> nestedChips(String parent) {
    var directory = parent + "/" + CHIP_PREFIX;
    return hostRoot.listNames(directory, CHIP_PREFIX).stream()
        .map(name -> directory + "/" + name)
        .toList();
  }
}
