package io.muster.collector.simulation;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The GPU models that a simulation knows; memory, clocks and power limit as NVML reports them on
 * such a board.
 */
public enum SimulatedModel {
  H100("NVIDIA H100 80GB HBM3", "Hopper", 81_559, 700, new MaxClocks(1980, 2619)),
  H200("NVIDIA H200", "Hopper", 143_771, 700, new MaxClocks(1980, 3201)),
  B200("NVIDIA B200", "Blackwell", 183_359, 1000, new MaxClocks(1965, 3996)),
  A100("NVIDIA A100-SXM4-80GB", "Ampere", 81_920, 400, new MaxClocks(1410, 1593)),
  L40S("NVIDIA L40S", "Ada", 46_068, 350, new MaxClocks(2520, 9001)),
  L4("NVIDIA L4", "Ada", 23_034, 72, new MaxClocks(2040, 6251));

  private static final long MIB = 1 << 20;

  private final String productName;
  private final String architecture;
  private final int memoryMib;
  private final int powerLimitWatts;
  private final MaxClocks clocks;

  SimulatedModel(
      String productName,
      String architecture,
      int memoryMib,
      int powerLimitWatts,
      MaxClocks clocks) {
    this.productName = productName;
    this.architecture = architecture;
    this.memoryMib = memoryMib;
    this.powerLimitWatts = powerLimitWatts;
    this.clocks = clocks;
  }

  static Optional<SimulatedModel> find(String name) {
    return Arrays.stream(values()).filter(model -> model.name().equalsIgnoreCase(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }

  String productName() {
    return productName;
  }

  String architecture() {
    return architecture;
  }

  long memoryBytes() {
    return memoryMib * MIB;
  }

  int powerLimitWatts() {
    return powerLimitWatts;
  }

  int graphicsMhz() {
    return clocks.graphicsMhz();
  }

  int memoryMhz() {
    return clocks.memoryMhz();
  }

  private record MaxClocks(int graphicsMhz, int memoryMhz) {}
}
