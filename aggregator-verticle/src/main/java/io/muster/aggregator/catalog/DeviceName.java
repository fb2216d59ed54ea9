package io.muster.aggregator.catalog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a driver calls a device.
 *
 * @param model normalised, without what follows "MIG"
 * @param migSlices compute slices of a MIG instance; empty for a whole GPU
 */
record DeviceName(String model, Optional<Integer> migSlices) {
  /** Words that say who made it, or what it is sold for: no two models differ by them alone. */
  private static final Set<String> IGNORED_WORDS =
      Set.of(
          "nvidia",
          "corporation",
          "geforce",
          "tesla",
          "amd",
          "ati",
          "radeon",
          "instinct",
          "intel",
          "apple",
          "r",
          "tm");

  private static final Pattern WORD_SEPARATORS = Pattern.compile("[^\\p{L}\\p{N}]+");

  /**
   * "NVIDIA H100 80GB HBM3 MIG 1c.3g.40gb": compute slices (c) of a GPU instance of so many (g); a
   * name without a c has all of them.
   */
  private static final Pattern MIG_INSTANCE =
      Pattern.compile("(.+?)\\s+MIG\\s+(?:([1-9])c\\.)?([1-9])g\\..*", Pattern.CASE_INSENSITIVE);

  static DeviceName of(String text) {
    var matcher = MIG_INSTANCE.matcher(text);
    if (!matcher.matches()) {
      return new DeviceName(normalize(text), Optional.empty());
    }
    var slices = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
    return new DeviceName(normalize(matcher.group(1)), Optional.of(Integer.valueOf(slices)));
  }

  /** Lower case, letters and digits only, without the noise: "rtx4090" for a GeForce RTX 4090. */
  static String normalize(String text) {
    return Arrays.stream(WORD_SEPARATORS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !IGNORED_WORDS.contains(word))
        .collect(Collectors.joining());
  }
}
