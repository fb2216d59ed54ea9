package io.muster.api.rest.series;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A series in JSON, in columns: one array for each statistic. Confined to one context. */
public final class SeriesColumns {
  private final Pages<SeriesHead, SeriesBin> pages;
  private final List<SeriesMetric> metrics;
  private final List<StringBuilder> columns;

  /**
   * @param metrics those of the bins
   */
  public SeriesColumns(Pages<SeriesHead, SeriesBin> pages, List<SeriesMetric> metrics) {
    this.pages = pages;
    this.metrics = metrics;
    this.columns =
        metrics.stream()
            .flatMap(metric -> metric.columns().stream())
            .map(column -> new StringBuilder())
            .toList();
  }

  /**
   * Reads all pages, and returns the object.
   *
   * @param names texts by key, which the object begins with
   */
  public Future<Buffer> read(Map<String, String> names) {
    return pages
        .next()
        .compose(
            page -> {
              add(page);
              return page.isLast() ? Future.succeededFuture(json(names)) : read(names);
            });
  }

  private void add(Page<SeriesBin> page) {
    SeriesRows.of(page)
        .map(row -> row.split(",", -1))
        .forEach(
            values -> {
              for (var i = 0; i < values.length; i++) {
                columns.get(i).append(columns.get(i).isEmpty() ? "" : ",").append(values[i]);
              }
            });
  }

  private Buffer json(Map<String, String> names) {
    var head = pages.head();
    var texts = new String(WireJson.bytes(names), UTF_8);
    var timestamps =
        LongStream.range(0, head.bins())
            .mapToObj(bin -> time(head.startSeconds(bin)))
            .collect(Collectors.joining(","));
    var statistics = columns.iterator();
    var members =
        Stream.concat(
            Stream.of(
                "\"step_s\":" + head.stepSeconds(),
                "\"from\":" + time(head.startSeconds(0)),
                "\"to\":" + time(head.startSeconds(head.bins())),
                "\"timestamps\":[" + timestamps + "]"),
            metrics.stream()
                .map(
                    metric ->
                        metric.statistics().stream()
                            .map(name -> "\"" + name + "\":[" + statistics.next() + "]")
                            .collect(Collectors.joining(",", "\"" + metric.key() + "\":{", "}"))));
    return Buffer.buffer(
        members.collect(
            Collectors.joining(",", texts.substring(0, texts.length() - 1) + ",", "}")));
  }

  private static String time(long seconds) {
    return "\"" + WireTime.utcMicros(Instant.ofEpochSecond(seconds)) + "\"";
  }
}
