package io.muster.aggregator.history;

import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The bins of a series in pages, each of one statement: no connection and no snapshot is occupied
 * while the reader processes a page. Confined to one context.
 */
final class SeriesPages implements Pages<SeriesHead, SeriesBin> {
  private static final long MAX_BINS = 1500;

  private final Database database;
  private final SeriesSubject subject;
  private final SeriesBins bins;
  private final List<String> columns;
  private final SeriesBin emptyBin;
  private long nextBin;

  SeriesPages(
      Database database, SeriesSubject subject, SeriesBins bins, List<SeriesMetric> metrics) {
    this.database = database;
    this.subject = subject;
    this.bins = bins;
    this.columns = metrics.stream().flatMap(metric -> metric.columns().stream()).toList();
    this.emptyBin = new SeriesBin(Collections.nCopies(columns.size(), Optional.empty()));
  }

  @Override
  public SeriesHead head() {
    return new SeriesHead(
        subject.clientId(), subject.host(), bins.stepSeconds(), bins.fromSeconds(), bins.count());
  }

  @Override
  public Future<Page<SeriesBin>> next() {
    var first = nextBin;
    var end = Math.min(bins.count(), first + binsPerPage());
    if (first == end) {
      return Future.succeededFuture(Page.of(List.of(), true));
    }
    nextBin = end;
    var range = bins.range(first, end);
    var statement =
        subject
            .bind(bins.stepSeconds())
            .bind("from", range.fromTime())
            .bind("until", range.untilTime());
    return database
        .withConnection(statement::execute)
        .map(rows -> Page.of(fill(rows, first, end), nextBin == bins.count()))
        .onFailure(cause -> close());
  }

  @Override
  public void close() {
    nextBin = bins.count();
  }

  private long binsPerPage() {
    var maxChunk = subject.source(bins.stepSeconds()).maxChunk();
    var chunkBins = maxChunk.toSeconds() / bins.stepSeconds();
    return Math.max(1, Math.min(MAX_BINS, chunkBins));
  }

  /** Returns the bins of the rows, and empty ones for those without a row. */
  private List<SeriesBin> fill(RowSet<Row> rows, long first, long end) {
    var filled = new ArrayList<>(Collections.nCopies(Math.toIntExact(end - first), emptyBin));
    var positions = columns.stream().map(rows.columnsNames()::indexOf).toList();
    for (var row : rows) {
      filled.set(Math.toIntExact(bins.indexOf(row.getLong("start")) - first), bin(row, positions));
    }
    return filled;
  }

  private static SeriesBin bin(Row row, List<Integer> positions) {
    var values = new ArrayList<Optional<Number>>(positions.size());
    for (int position : positions) {
      values.add(Optional.ofNullable((Number) row.getValue(position)));
    }
    return new SeriesBin(values);
  }
}
