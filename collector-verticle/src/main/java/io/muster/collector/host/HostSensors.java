package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.schema.host.Fan;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Temperatures and fans of a Linux host. {@link #discover} finds the sensors; their values are
 * those of the last {@link #read}. A sensor that fails is omitted until the next discovery.
 *
 * <p>CPU temperatures come from hwmon (coretemp's package sensor, k10temp, zenpower), else from
 * thermal zones of the package or of the CPU; the n-th of them belongs to the n-th socket. Inlet
 * and outlet are the coldest and the hottest ACPI zone. Fans of graphics cards are not part of the
 * chassis.
 *
 * <p>Used by one thread only.
 */
public final class HostSensors {
  private static final String HWMON_DIRECTORY = "sys/class/hwmon";
  private static final String THERMAL_DIRECTORY = "sys/class/thermal";
  private static final Set<String> GRAPHICS_DRIVERS =
      Set.of("amdgpu", "radeon", "nouveau", "i915", "xe");
  private static final double MIN_CELSIUS = -40;
  private static final double MAX_CELSIUS = 200;

  private final List<SensorFile> cpuSensors = new ArrayList<>();
  private final List<SensorFile> acpiZoneSensors = new ArrayList<>();
  private final List<FanSensor> fanSensors = new ArrayList<>();

  /** Finds the sensors of a host; their values are empty until they are read. */
  public static HostSensors discover(HostRoot hostRoot) {
    var sensors = new HostSensors();
    for (var chip : hostRoot.listNames(HWMON_DIRECTORY, "hwmon")) {
      sensors.addChip(hostRoot, HWMON_DIRECTORY + "/" + chip);
    }
    boolean hasChipSensors = !sensors.cpuSensors.isEmpty();
    for (var zone : hostRoot.listNames(THERMAL_DIRECTORY, "thermal_zone")) {
      sensors.addThermalZone(hostRoot, THERMAL_DIRECTORY + "/" + zone, hasChipSensors);
    }
    return sensors;
  }

  void read(KernelFileScanner scanner) {
    readCpuTemperatures(scanner);
    acpiZoneSensors.forEach(sensor -> sensor.read(scanner));
    fanSensors.forEach(fan -> fan.sensor.read(scanner));
  }

  /** Reads only the temperatures of the CPUs: fans may block on a slow bus. */
  public void readCpuTemperatures(KernelFileScanner scanner) {
    cpuSensors.forEach(sensor -> sensor.read(scanner));
  }

  /** Returns the temperature of the hottest CPU, °C. */
  public OptionalDouble hottestCpuCelsius() {
    return celsius(cpuSensors).max();
  }

  /** Returns the temperature of the CPU in the socket at this position, °C. */
  OptionalInt socketCelsius(int socket) {
    return socket < cpuSensors.size()
        ? roundToInt(cpuSensors.get(socket).celsius())
        : OptionalInt.empty();
  }

  OptionalInt roundedHottestCpuCelsius() {
    return roundToInt(hottestCpuCelsius());
  }

  OptionalDouble inletCelsius() {
    return celsius(acpiZoneSensors).min();
  }

  OptionalDouble outletCelsius() {
    return celsius(acpiZoneSensors).max();
  }

  List<Fan> fans() {
    var fans = new ArrayList<Fan>();
    for (int id = 0; id < fanSensors.size(); id++) {
      var fan = fanSensors.get(id);
      if (fan.sensor.value.isPresent()) {
        fans.add(new Fan(id, fan.name, (int) fan.sensor.value.getAsLong(), fan.maxRpm));
      }
    }
    return fans;
  }

  private void addChip(HostRoot hostRoot, String chip) {
    var name = hostRoot.readText(chip + "/name").orElse("");
    switch (name) {
      case "coretemp" -> addLabeledSensor(hostRoot, chip, "Package id");
      case "k10temp", "zenpower" -> addLabeledSensor(hostRoot, chip, "T");
      default -> {}
    }
    if (!GRAPHICS_DRIVERS.contains(name)) {
      addFans(hostRoot, chip, name);
    }
  }

  /** Adds the first sensor of the chip whose label starts with {@code labelPrefix}. */
  private void addLabeledSensor(HostRoot hostRoot, String chip, String labelPrefix) {
    hostRoot.listNames(chip, "temp").stream()
        .map(file -> chip + "/" + file)
        .filter(path -> path.endsWith("_label"))
        .filter(path -> hostRoot.readText(path).orElse("").startsWith(labelPrefix))
        .map(path -> path.replace("_label", "_input"))
        .findFirst()
        .ifPresent(path -> cpuSensors.add(new SensorFile(hostRoot.file(path))));
  }

  private void addFans(HostRoot hostRoot, String chip, String chipName) {
    for (var file : hostRoot.listNames(chip, "fan")) {
      if (file.endsWith("_input")) {
        var fan = file.substring(0, file.length() - "_input".length());
        var label = hostRoot.readText(chip + "/" + fan + "_label").orElse(chipName + " " + fan);
        int maxRpm = (int) hostRoot.readNumber(chip + "/" + fan + "_max").orElse(0);
        fanSensors.add(
            new FanSensor(label.strip(), maxRpm, new SensorFile(hostRoot.file(chip + "/" + file))));
      }
    }
  }

  private void addThermalZone(HostRoot hostRoot, String zone, boolean hasChipSensors) {
    var type = hostRoot.readText(zone + "/type").orElse("");
    if (type.equals("acpitz")) {
      acpiZoneSensors.add(new SensorFile(hostRoot.file(zone + "/temp")));
    } else if (!hasChipSensors && isCpuZone(type)) {
      cpuSensors.add(new SensorFile(hostRoot.file(zone + "/temp")));
    }
  }

  private static boolean isCpuZone(String type) {
    return type.equals("x86_pkg_temp") || type.startsWith("cpu") || type.startsWith("CPU");
  }

  /**
   * Converts a temperature in thousandths of a degree; empty unless it is plausible: boards whose
   * zone has no sensor report values such as absolute zero.
   */
  public static OptionalDouble toCelsius(long millidegrees) {
    double degrees = millidegrees / 1000.0;
    return degrees > MIN_CELSIUS && degrees < MAX_CELSIUS
        ? OptionalDouble.of(degrees)
        : OptionalDouble.empty();
  }

  private static DoubleStream celsius(List<SensorFile> sensors) {
    return sensors.stream().flatMapToDouble(sensor -> sensor.celsius().stream());
  }

  private static OptionalInt roundToInt(OptionalDouble celsius) {
    return celsius.stream().mapToInt(degrees -> (int) Math.round(degrees)).findFirst();
  }

  private record FanSensor(String name, int maxRpm, SensorFile sensor) {}

  /** A file that contains one number. Used by one thread only. */
  private static final class SensorFile {
    private final File file;
    private boolean failed;
    private OptionalLong value = OptionalLong.empty();

    private SensorFile(File file) {
      this.file = file;
    }

    private void read(KernelFileScanner scanner) {
      value = failed ? OptionalLong.empty() : readValue(scanner);
    }

    private OptionalLong readValue(KernelFileScanner scanner) {
      try {
        scanner.load(file);
        return scanner.isAtEnd() ? OptionalLong.empty() : OptionalLong.of(scanner.nextNumber());
      } catch (IOException e) {
        failed = true; // an absent sensor is not a read failure of the host
        return OptionalLong.empty();
      }
    }

    private OptionalDouble celsius() {
      return toCelsius(value.orElse(Long.MIN_VALUE));
    }
  }
}
