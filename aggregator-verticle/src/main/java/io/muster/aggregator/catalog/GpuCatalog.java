package io.muster.aggregator.catalog;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what devices can do at most, by the names that their drivers give. A name that is in no row
 * counts as nothing, and is logged once: nothing is guessed. Confined to one thread.
 */
public final class GpuCatalog {
  private static final Logger log = LoggerFactory.getLogger(GpuCatalog.class);

  /** Bound of the names that are remembered; a sender may make up any number of them. */
  private static final int MAX_NAMES = 1000;

  /** Divisible by every number of slices, 1 to 7: a share of a hundredth of a TFLOPS is exact. */
  private static final int SHARES = 420;

  private final Map<String, GpuModel> models = new HashMap<>();
  private final Map<String, Long> peaks = new HashMap<>();
  private final Set<String> unknown = new HashSet<>();

  public GpuCatalog(GpuModels models) {
    models.rows().forEach(row -> row.keys().forEach(key -> this.models.put(key, row)));
  }

  /**
   * Peak dense FP32 of all of them, hundredths of a TFLOPS, cut: rounding what is cut to whole
   * TFLOPS gives the same as rounding the exact sum.
   *
   * @param names as the drivers give them, one for each device
   */
  public int centiTflops(Collection<String> names) {
    return (int) (names.stream().mapToLong(this::shares).sum() / SHARES);
  }

  private long shares(String name) {
    var known = peaks.get(name);
    if (known != null) {
      return known;
    }
    var found = found(name);
    if (peaks.size() < MAX_NAMES) {
      peaks.put(name, found);
    }
    return found;
  }

  private long found(String text) {
    var name = DeviceName.of(text);
    var model = models.get(name.model());
    if (model == null) {
      note(text);
      return 0;
    }
    var whole = (long) model.centiTflops() * SHARES;
    return name.slices()
        .map(slices -> whole * Math.min(slices, model.migSlices()) / model.migSlices())
        .orElse(whole);
  }

  private void note(String name) {
    if (unknown.size() < MAX_NAMES && unknown.add(name)) {
      log.warn("gpu model unknown, it counts as 0 tflops name={}", name);
    }
  }
}
