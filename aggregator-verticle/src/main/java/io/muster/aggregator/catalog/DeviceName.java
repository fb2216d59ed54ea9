package io.muster.aggregator.catalog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name that a driver reports for a device.
 *
 * @param model normalized, without "MIG" and the text after it
 * @param migSlices compute slices of a MIG instance; empty for a whole GPU
 */
record DeviceName(String model, Optional<Integer> migSlices) {
  /** Words that name the vendor or the market segment: no two models differ by them alone. */
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
   * The name of a MIG instance, such as "NVIDIA H100 80GB HBM3 MIG 1c.3g.40gb": c compute slices of
   * a GPU instance of g slices; without c, all g slices.
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

  /**
   * Returns a text in lower case, letters and digits only, without the ignored words: "rtx4090" for
   * "NVIDIA GeForce RTX 4090".
   */
  static String normalize(String text) {
    return Arrays.stream(WORD_SEPARATORS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !IGNORED_WORDS.contains(word))
        .collect(Collectors.joining());
  }
}
