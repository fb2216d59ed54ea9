package io.muster.aggregator.catalog;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * One row of the table of GPU models.
 *
 * @param name main name
 * @param aliases other names that drivers report
 * @param vendor manufacturer
 * @param centiTflops peak dense FP32 without tensor cores, hundredths of a TFLOPS
 * @param memoryMib memory size, MiB; empty if devices of several sizes have this name
 * @param migSlices compute slices of the whole GPU in MIG mode
 * @param estimated true if the peak is taken from a data sheet and cannot be verified
 */
record GpuModel(
    String name,
    List<String> aliases,
    String vendor,
    int centiTflops,
    OptionalInt memoryMib,
    int migSlices,
    boolean estimated) {
  GpuModel {
    aliases = List.copyOf(aliases);
  }

  String normalizedName() {
    return DeviceName.normalize(name);
  }

  GpuModel withAliases(List<String> newAliases) {
    return new GpuModel(name, newAliases, vendor, centiTflops, memoryMib, migSlices, estimated);
  }

  /** Returns the name and the aliases, normalized. */
  Stream<String> normalizedNames() {
    return Stream.concat(Stream.of(name), aliases.stream()).map(DeviceName::normalize).distinct();
  }
}
