package io.muster.schema.metric;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.metric.HostExposition.Lines;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Puts the sample lines of hosts together: one HELP and one TYPE for each family that has a sample,
 * families in the order of {@link MetricId}, hosts in the order given, plain decimals, no time
 * stamps. Only bytes are copied.
 */
public final class Exposition {
  private static final byte[][] TEXT_HEADS = heads(Format.TEXT);
  private static final byte[][] OPEN_METRICS_HEADS = heads(Format.OPEN_METRICS);

  private Exposition() {}

  /** The exposition of the hosts, without {@link Format#end()}: other families may follow. */
  public static byte[] of(List<HostExposition> hosts, Format format) {
    var lines = hosts.stream().map(host -> host.lines(format)).toArray(Lines[]::new);
    var heads =
        switch (format) {
          case TEXT -> TEXT_HEADS;
          case OPEN_METRICS -> OPEN_METRICS_HEADS;
        };
    var sizes = sizes(lines, heads);
    var exposition = new byte[Math.toIntExact(Arrays.stream(sizes).sum())];
    var at = 0;
    for (int family = 0; family < heads.length; family++) {
      if (sizes[family] > 0) {
        at = family(family, heads[family], lines, exposition, at);
      }
    }
    return exposition;
  }

  private static int family(int family, byte[] head, Lines[] hosts, byte[] into, int from) {
    System.arraycopy(head, 0, into, from, head.length);
    var at = from + head.length;
    for (var lines : hosts) {
      at = lines.copy(family, into, at);
    }
    return at;
  }

  /** Bytes of each family with its head; 0 where no host has a sample. */
  private static long[] sizes(Lines[] hosts, byte[][] heads) {
    var sizes = new long[heads.length];
    for (var lines : hosts) {
      for (int family = 0; family < sizes.length; family++) {
        sizes[family] += lines.sizeBytes(family);
      }
    }
    for (int family = 0; family < sizes.length; family++) {
      sizes[family] += sizes[family] > 0 ? heads[family].length : 0;
    }
    return sizes;
  }

  private static byte[][] heads(Format format) {
    return Arrays.stream(MetricId.values())
        .map(metric -> head(metric, format.familyName(metric)).getBytes(UTF_8))
        .toArray(byte[][]::new);
  }

  private static String head(MetricId metric, String name) {
    var type = metric.kind().name().toLowerCase(Locale.ROOT);
    return "# HELP " + name + ' ' + metric.help() + "\n# TYPE " + name + ' ' + type + '\n';
  }
}
