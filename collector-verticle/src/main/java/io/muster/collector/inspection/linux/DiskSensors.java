package io.muster.collector.inspection.linux;

import io.muster.collector.proc.KernelTree;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How warm the disks of a Linux host are, as the sensor chip of each (hwmon) tells. */
final class DiskSensors {
  private static final String CHIP = "hwmon";
  private static final Pattern NVME = Pattern.compile("(nvme\\d+)n\\d+");
  private static final double COLDEST = -40;
  private static final double HOTTEST = 200;

  private final KernelTree tree;

  DiskSensors(KernelTree tree) {
    this.tree = tree;
  }

  /** Of a disk by its name under {@code /sys/block}, °C; of an NVMe disk the composite. */
  OptionalDouble celsius(String disk) {
    return places(disk)
        .flatMap(this::chips)
        .map(chip -> tree.number(chip + "/temp1_input"))
        .filter(value -> value.isPresent())
        .mapToDouble(value -> value.getAsLong() / 1000.0)
        .filter(celsius -> celsius > COLDEST && celsius < HOTTEST)
        .findFirst();
  }

  private static Stream<String> places(String disk) {
    var nvme = NVME.matcher(disk);
    var device = "sys/block/" + disk + "/device";
    return nvme.matches()
        ? Stream.of(device, "sys/class/nvme/" + nvme.group(1))
        : Stream.of(device);
  }

  /** Chips hang on the device itself or, one level deeper, in a directory of their class. */
  private Stream<String> chips(String place) {
    return tree.names(place, CHIP).stream()
        .flatMap(
            name -> name.equals(CHIP) ? deeper(place).stream() : Stream.of(place + "/" + name));
  }

  private List<String> deeper(String place) {
    var directory = place + "/" + CHIP;
    return tree.names(directory, CHIP).stream().map(name -> directory + "/" + name).toList();
  }
}
