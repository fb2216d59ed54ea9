package io.muster.aggregator.catalog;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Peak FP32 performance of devices, found by the names that their drivers report. A name without a
 * row counts as 0 TFLOPS and is logged once; no value is guessed. Confined to one thread.
 */
public final class GpuCatalog {
  private static final Logger log = LoggerFactory.getLogger(GpuCatalog.class);

  /** Maximum number of cached names: a sender may report any number of names. */
  private static final int MAX_CACHED_NAMES = 1000;

  /**
   * Divisible by every number of slices, 1 to 7, so that a share of a hundredth of a TFLOPS is
   * exact.
   */
  private static final int UNITS_PER_CENTI_TFLOPS = 420;

  private final Map<String, GpuModel> modelsByName = new HashMap<>();
  private final Map<String, Long> peakUnitsByName = new HashMap<>();
  private final Set<String> unknownNames = new HashSet<>();

  public GpuCatalog(GpuModels models) {
    models
        .models()
        .forEach(
            model -> model.normalizedNames().forEach(name -> this.modelsByName.put(name, model)));
  }

  /**
   * Returns the peak dense FP32 performance of all devices, in hundredths of a TFLOPS, rounded
   * down: rounding it to whole TFLOPS gives the same as rounding the exact sum.
   *
   * @param names names that the drivers report, one for each device
   */
  public int centiTflops(Collection<String> names) {
    return (int) (names.stream().mapToLong(this::peakUnits).sum() / UNITS_PER_CENTI_TFLOPS);
  }

  private long peakUnits(String name) {
    var cachedUnits = peakUnitsByName.get(name);
    if (cachedUnits != null) {
      return cachedUnits;
    }
    var units = findPeakUnits(name);
    if (peakUnitsByName.size() < MAX_CACHED_NAMES) {
      peakUnitsByName.put(name, units);
    }
    return units;
  }

  private long findPeakUnits(String deviceName) {
    var name = DeviceName.of(deviceName);
    var model = modelsByName.get(name.model());
    if (model == null) {
      logUnknownOnce(deviceName);
      return 0;
    }
    var wholeGpuUnits = (long) model.centiTflops() * UNITS_PER_CENTI_TFLOPS;
    return name.migSlices()
        .map(
            migSlices -> wholeGpuUnits * Math.min(migSlices, model.migSlices()) / model.migSlices())
        .orElse(wholeGpuUnits);
  }

  private void logUnknownOnce(String name) {
    if (unknownNames.size() < MAX_CACHED_NAMES && unknownNames.add(name)) {
      log.warn("gpu model unknown, counted as 0 tflops name={}", name);
    }
  }
}
