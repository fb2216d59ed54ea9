package io.muster.api.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.exposition.LabelSchema.HostEntries;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sample lines of one host, rendered once for each frame and spliced into any number of
 * expositions afterwards. Consists of one array of UTF-8 and the offsets of the families in it; the
 * first OpenMetrics exposition of this object adds a second such pair. Safe for use by any thread.
 */
public final class HostExposition {
  private static final MetricFamily[] FAMILIES = MetricTable.FAMILIES.toArray(MetricFamily[]::new);
  private static final byte[][] FAMILY_NAMES = familyNames();

  private final FamilyLines textLines;
  private volatile @Nullable FamilyLines openMetricsLines;

  private HostExposition(FamilyLines textLines) {
    this.textLines = textLines;
  }

  /** Renders the sample lines of a host. */
  public static HostExposition of(HostScrape scrape) {
    var entries = new HostEntries(scrape);
    var lines = new SampleLines();
    var offsets = new int[FAMILIES.length + 1];
    for (int i = 0; i < FAMILIES.length; i++) {
      lines.startFamily(FAMILY_NAMES[i]);
      FAMILIES[i].writer().accept(entries, lines);
      offsets[i + 1] = lines.sizeBytes();
    }
    return new HostExposition(new FamilyLines(lines.bytes(), offsets));
  }

  /** Returns the lines in the given format. */
  FamilyLines lines(ExpositionFormat format) {
    return switch (format) {
      case TEXT -> textLines;
      case OPEN_METRICS -> openMetricsLines();
    };
  }

  private FamilyLines openMetricsLines() {
    var rendered = openMetricsLines;
    if (rendered == null) {
      rendered = textLines.toOpenMetrics();
      openMetricsLines = rendered;
    }
    return rendered;
  }

  private static byte[][] familyNames() {
    return Arrays.stream(FAMILIES)
        .map(family -> family.name().getBytes(UTF_8))
        .toArray(byte[][]::new);
  }

  /**
   * The lines of all families: those of family {@code i} are between its offset and the next one.
   * Immutable, and safe for use by any thread.
   */
  static final class FamilyLines {
    private final byte[] utf8;
    private final int[] offsets;

    private FamilyLines(byte[] utf8, int[] offsets) {
      this.utf8 = utf8;
      this.offsets = offsets;
    }

    int sizeBytes(int family) {
      return offsets[family + 1] - offsets[family];
    }

    /** Copies the lines of a family, and returns the position after them. */
    int copyFamily(int family, byte[] target, int at) {
      var size = sizeBytes(family);
      System.arraycopy(utf8, offsets[family], target, at, size);
      return at + size;
    }

    /**
     * Returns the same lines without the spaces between labels, which OpenMetrics does not have.
     */
    private FamilyLines toOpenMetrics() {
      var dense = new byte[utf8.length];
      var newOffsets = new int[offsets.length];
      for (int family = 0; family + 1 < offsets.length; family++) {
        newOffsets[family + 1] = copyWithoutBlanks(family, dense, newOffsets[family]);
      }
      return new FamilyLines(Arrays.copyOf(dense, newOffsets[newOffsets.length - 1]), newOffsets);
    }

    private int copyWithoutBlanks(int family, byte[] target, int from) {
      var at = from;
      var quoted = false;
      for (int i = offsets[family]; i < offsets[family + 1]; i++) {
        var c = utf8[i];
        quoted ^= c == '"' && !(quoted && isEscaped(i));
        if (quoted || c != ' ' || utf8[i - 1] != ',') {
          target[at++] = c;
        }
      }
      return at;
    }

    /** Returns true if an odd number of backslashes precedes this byte. */
    private boolean isEscaped(int at) {
      var before = at;
      while (utf8[before - 1] == '\\') {
        before--;
      }
      return (at - before) % 2 == 1;
    }
  }
}
