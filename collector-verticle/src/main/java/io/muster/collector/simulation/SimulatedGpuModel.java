package io.muster.collector.simulation;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The GPU models that can be simulated; memory, clocks and power limit as NVML reports them on such
 * a board.
 */
public enum SimulatedGpuModel {
  H100("NVIDIA H100 80GB HBM3", "Hopper", 81_559, 700, new MaxGpuClocks(1980, 2619)),
  H200("NVIDIA H200", "Hopper", 143_771, 700, new MaxGpuClocks(1980, 3201)),
  B200("NVIDIA B200", "Blackwell", 183_359, 1000, new MaxGpuClocks(1965, 3996)),
  A100("NVIDIA A100-SXM4-80GB", "Ampere", 81_920, 400, new MaxGpuClocks(1410, 1593)),
  L40S("NVIDIA L40S", "Ada", 46_068, 350, new MaxGpuClocks(2520, 9001)),
  L4("NVIDIA L4", "Ada", 23_034, 72, new MaxGpuClocks(2040, 6251));

  final String productName;
  final String architecture;
  final long memoryBytes;
  final int powerLimitWatts;
  final MaxGpuClocks maxClocks;

  SimulatedGpuModel(
      String productName,
      String architecture,
      int memoryMib,
      int powerLimitWatts,
      MaxGpuClocks maxClocks) {
    this.productName = productName;
    this.architecture = architecture;
    this.memoryBytes = (long) memoryMib << 20;
    this.powerLimitWatts = powerLimitWatts;
    this.maxClocks = maxClocks;
  }

  static Optional<SimulatedGpuModel> find(String name) {
    return Arrays.stream(values()).filter(model -> model.name().equalsIgnoreCase(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }

  record MaxGpuClocks(int graphicsMhz, int memoryMhz) {}
}
