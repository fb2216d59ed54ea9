package io.muster.schema.metric;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sample lines of one host, rendered once for each frame and spliced into any number of
 * expositions afterwards. Holds one array of UTF-8, and where each family begins in it; a second
 * such pair from the first OpenMetrics exposition on. Immutable; any thread may use it.
 */
public final class HostExposition {
  private static final MetricId[] FAMILIES = MetricId.values();
  private static final byte[][] NAMES = names();

  private final Lines text;
  private volatile @Nullable Lines openMetrics;

  private HostExposition(Lines text) {
    this.text = text;
  }

  /** Renders a host. */
  public static HostExposition of(HostScrape scrape) {
    var host = new LabelledHost(scrape);
    var lines = new SampleLines();
    var offsets = new int[FAMILIES.length + 1];
    for (int i = 0; i < FAMILIES.length; i++) {
      lines.family(NAMES[i]);
      FAMILIES[i].write(host, lines);
      offsets[i + 1] = lines.size();
    }
    return new HostExposition(new Lines(lines.bytes(), offsets));
  }

  /** Memory that its lines take, bytes. */
  public int sizeBytes() {
    var dense = openMetrics;
    return text.utf8.length + (dense == null ? 0 : dense.utf8.length);
  }

  /** The lines in the form that the format wants. */
  Lines lines(Format format) {
    return switch (format) {
      case TEXT -> text;
      case OPEN_METRICS -> openMetrics();
    };
  }

  private Lines openMetrics() {
    var known = openMetrics;
    if (known == null) {
      known = text.dense();
      openMetrics = known;
    }
    return known;
  }

  private static byte[][] names() {
    return Arrays.stream(FAMILIES)
        .map(metric -> metric.wireName().getBytes(UTF_8))
        .toArray(byte[][]::new);
  }

  /** Lines of all families: those of family {@code i} stand from its offset to the next one. */
  static final class Lines {
    private final byte[] utf8;
    private final int[] offsets;

    private Lines(byte[] utf8, int[] offsets) {
      this.utf8 = utf8;
      this.offsets = offsets;
    }

    int sizeBytes(int family) {
      return offsets[family + 1] - offsets[family];
    }

    /** Copies the lines of a family, and returns the position behind them. */
    int copy(int family, byte[] into, int at) {
      var size = sizeBytes(family);
      System.arraycopy(utf8, offsets[family], into, at, size);
      return at + size;
    }

    /** The same lines without the blanks between labels, which OpenMetrics does not have. */
    private Lines dense() {
      var dense = new byte[utf8.length];
      var starts = new int[offsets.length];
      for (int family = 0; family + 1 < offsets.length; family++) {
        starts[family + 1] = dense(family, dense, starts[family]);
      }
      return new Lines(Arrays.copyOf(dense, starts[starts.length - 1]), starts);
    }

    private int dense(int family, byte[] into, int from) {
      var at = from;
      var quoted = false;
      for (int i = offsets[family]; i < offsets[family + 1]; i++) {
        var c = utf8[i];
        quoted ^= c == '"' && !(quoted && escaped(i));
        if (quoted || c != ' ' || utf8[i - 1] != ',') {
          into[at++] = c;
        }
      }
      return at;
    }

    /** Whether an odd number of backslashes stands before this byte. */
    private boolean escaped(int at) {
      var before = at;
      while (utf8[before - 1] == '\\') {
        before--;
      }
      return (at - before) % 2 == 1;
    }
  }
}
