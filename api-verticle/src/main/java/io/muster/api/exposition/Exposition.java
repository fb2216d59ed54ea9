package io.muster.api.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.exposition.HostExposition.FamilyLines;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Assembles the exposition of hosts from their sample lines: one HELP and one TYPE for each family
 * that has a sample, families in the order of {@link MetricTable}, hosts in the order given, plain
 * decimals, no timestamps. Only bytes are copied.
 */
public final class Exposition {
  private static final byte[][] TEXT_METADATA = allMetadata(ExpositionFormat.TEXT);
  private static final byte[][] OPEN_METRICS_METADATA = allMetadata(ExpositionFormat.OPEN_METRICS);

  private Exposition() {}

  /**
   * Returns the exposition of the hosts, without {@link ExpositionFormat#endMarker()}, because
   * other families may follow.
   */
  public static byte[] of(List<HostExposition> hosts, ExpositionFormat format) {
    var lines = hosts.stream().map(host -> host.lines(format)).toArray(FamilyLines[]::new);
    var metadata =
        switch (format) {
          case TEXT -> TEXT_METADATA;
          case OPEN_METRICS -> OPEN_METRICS_METADATA;
        };
    var sizes = familySizes(lines, metadata);
    var exposition = new byte[Math.toIntExact(Arrays.stream(sizes).sum())];
    var position = 0;
    for (int family = 0; family < metadata.length; family++) {
      if (sizes[family] > 0) {
        position = writeFamily(family, metadata[family], lines, exposition, position);
      }
    }
    return exposition;
  }

  private static int writeFamily(
      int family, byte[] metadata, FamilyLines[] hosts, byte[] target, int from) {
    System.arraycopy(metadata, 0, target, from, metadata.length);
    var position = from + metadata.length;
    for (var lines : hosts) {
      position = lines.copyFamily(family, target, position);
    }
    return position;
  }

  /** Returns the bytes of each family including HELP and TYPE; 0 if no host has a sample. */
  private static long[] familySizes(FamilyLines[] hosts, byte[][] metadata) {
    var sizes = new long[metadata.length];
    for (var lines : hosts) {
      for (int family = 0; family < sizes.length; family++) {
        sizes[family] += lines.sizeBytes(family);
      }
    }
    for (int family = 0; family < sizes.length; family++) {
      sizes[family] += sizes[family] > 0 ? metadata[family].length : 0;
    }
    return sizes;
  }

  private static byte[][] allMetadata(ExpositionFormat format) {
    return MetricTable.FAMILIES.stream()
        .map(family -> metadata(family, format.familyName(family)).getBytes(UTF_8))
        .toArray(byte[][]::new);
  }

  private static String metadata(MetricFamily family, String name) {
    var type = family.type().name().toLowerCase(Locale.ROOT);
    return "# HELP " + name + ' ' + family.help() + "\n# TYPE " + name + ' ' + type + '\n';
  }
}
