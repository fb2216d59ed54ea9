package io.muster.collector.host;

import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.schema.host.Fan;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Temperatures and fans of a Linux host. Which there are is found out by {@link #discover}; their
 * values are as of the last {@link #read}. A sensor that fails is left out until the next
 * discovery.
 *
 * <p>CPU temperatures come from hwmon (coretemp's package sensor, k10temp, zenpower), else from
 * thermal zones of the package or of the CPU; the n-th of them belongs to the n-th socket. Inlet
 * and outlet are the coldest and the hottest ACPI zone. Fans of graphics cards are theirs, not the
 * chassis'.
 */
public final class Sensors {
  private static final String HWMON = "sys/class/hwmon";
  private static final String THERMAL = "sys/class/thermal";
  private static final Set<String> GRAPHICS = Set.of("amdgpu", "radeon", "nouveau", "i915", "xe");
  private static final double COLDEST = -40;
  private static final double HOTTEST = 200;

  private final List<Probe> packages = new ArrayList<>();
  private final List<Probe> acpiZones = new ArrayList<>();
  private final List<FanProbe> fanProbes = new ArrayList<>();

  /** Finds the sensors of a host; their values are empty until they are read. */
  public static Sensors discover(KernelTree tree) {
    var sensors = new Sensors();
    for (var chip : tree.names(HWMON, "hwmon")) {
      sensors.addChip(tree, HWMON + "/" + chip);
    }
    boolean chips = !sensors.packages.isEmpty();
    for (var zone : tree.names(THERMAL, "thermal_zone")) {
      sensors.addZone(tree, THERMAL + "/" + zone, chips);
    }
    return sensors;
  }

  void read(KernelText text) {
    readCpus(text);
    acpiZones.forEach(probe -> probe.read(text));
    fanProbes.forEach(fan -> fan.probe.read(text));
  }

  /** Reads the temperatures of the CPUs alone: fans may hang on a slow bus. */
  public void readCpus(KernelText text) {
    packages.forEach(probe -> probe.read(text));
  }

  /** Of the hottest CPU, °C. */
  public OptionalDouble cpuCelsius() {
    return hottest(packages);
  }

  /** Temperature of the CPU at this position among the sockets, °C. */
  OptionalInt cpu(int socket) {
    return socket < packages.size() ? whole(packages.get(socket).celsius()) : OptionalInt.empty();
  }

  OptionalInt hottestCpu() {
    return whole(cpuCelsius());
  }

  OptionalDouble inlet() {
    return acpiZones.stream()
        .map(Probe::celsius)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .min();
  }

  OptionalDouble outlet() {
    return hottest(acpiZones);
  }

  List<Fan> fans() {
    var fans = new ArrayList<Fan>();
    for (int id = 0; id < fanProbes.size(); id++) {
      var fan = fanProbes.get(id);
      if (fan.probe.value.isPresent()) {
        fans.add(new Fan(id, fan.name, (int) fan.probe.value.getAsLong(), fan.maxRpm));
      }
    }
    return fans;
  }

  private void addChip(KernelTree tree, String chip) {
    var name = tree.text(chip + "/name").orElse("");
    switch (name) {
      case "coretemp" -> addLabelled(tree, chip, "Package id");
      case "k10temp", "zenpower" -> addLabelled(tree, chip, "T");
      default -> {}
    }
    if (!GRAPHICS.contains(name)) {
      addFans(tree, chip, name);
    }
  }

  /** The first sensor of the chip whose label starts so. */
  private void addLabelled(KernelTree tree, String chip, String start) {
    for (var label : tree.names(chip, "temp")) {
      if (label.endsWith("_label") && tree.text(chip + "/" + label).orElse("").startsWith(start)) {
        packages.add(new Probe(tree.file(chip + "/" + input(label, "_label"))));
        return;
      }
    }
  }

  private void addFans(KernelTree tree, String chip, String chipName) {
    for (var file : tree.names(chip, "fan")) {
      if (file.endsWith("_input")) {
        var fan = file.substring(0, file.length() - "_input".length());
        var label = tree.text(chip + "/" + fan + "_label").orElse(chipName + " " + fan);
        int maxRpm = (int) tree.number(chip + "/" + fan + "_max").orElse(0);
        fanProbes.add(new FanProbe(label.strip(), maxRpm, new Probe(tree.file(chip + "/" + file))));
      }
    }
  }

  private void addZone(KernelTree tree, String zone, boolean chips) {
    var type = tree.text(zone + "/type").orElse("");
    if (type.equals("acpitz")) {
      acpiZones.add(new Probe(tree.file(zone + "/temp")));
    } else if (!chips && isCpu(type)) {
      packages.add(new Probe(tree.file(zone + "/temp")));
    }
  }

  private static boolean isCpu(String type) {
    return type.equals("x86_pkg_temp") || type.startsWith("cpu") || type.startsWith("CPU");
  }

  private static String input(String label, String end) {
    return label.substring(0, label.length() - end.length()) + "_input";
  }

  private static OptionalDouble hottest(List<Probe> probes) {
    return probes.stream()
        .map(Probe::celsius)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .max();
  }

  private static OptionalInt whole(OptionalDouble celsius) {
    return celsius.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.round(celsius.getAsDouble()));
  }

  private record FanProbe(String name, int maxRpm, Probe probe) {}

  /** One file with one number. */
  private static final class Probe {
    private final File file;
    private boolean failed;
    private OptionalLong value = OptionalLong.empty();

    private Probe(File file) {
      this.file = file;
    }

    private void read(KernelText text) {
      value = failed ? OptionalLong.empty() : load(text);
    }

    private OptionalLong load(KernelText text) {
      try {
        text.load(file);
        return text.atEnd() ? OptionalLong.empty() : OptionalLong.of(text.nextNumber());
      } catch (IOException e) {
        failed = true; // an absent reading is no failure of the host
        return OptionalLong.empty();
      }
    }

    /** Boards without a sensor behind a zone report absolute zero or the like. */
    private OptionalDouble celsius() {
      double degrees = value.orElse(Long.MIN_VALUE) / 1000.0;
      return degrees > COLDEST && degrees < HOTTEST
          ? OptionalDouble.of(degrees)
          : OptionalDouble.empty();
    }
  }
}
