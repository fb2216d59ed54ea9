package io.muster.api.rest.series;

import io.muster.bus.transport.Page;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.muster.schema.json.WireTime;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A series in CSV (RFC 4180), page by page: a header, then one line for each bin. A missing value
 * is empty. Confined to one context.
 */
public final class SeriesCsv {
  private static final String LINE_END = "\r\n";

  private final SeriesHead head;
  private long nextBin;

  public SeriesCsv(SeriesHead head) {
    this.head = head;
  }

  /** Returns the header line. */
  public static Buffer header(List<SeriesMetric> metrics) {
    return Buffer.buffer(
        Stream.concat(
                    Stream.of("timestamp"),
                    metrics.stream().flatMap(metric -> metric.columns().stream()))
                .collect(Collectors.joining(","))
            + LINE_END);
  }

  /** Returns the lines of the next page. */
  public Buffer lines(Page<SeriesBin> page) {
    var lines = new StringBuilder();
    SeriesRows.of(page)
        .forEach(
            row ->
                lines
                    .append(WireTime.utcMicros(Instant.ofEpochSecond(head.startSeconds(nextBin++))))
                    .append(',')
                    .append(row.replace(SeriesRows.NULL, ""))
                    .append(LINE_END));
    return Buffer.buffer(lines.toString());
  }
}
