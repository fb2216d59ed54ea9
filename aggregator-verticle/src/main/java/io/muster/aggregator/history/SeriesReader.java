package io.muster.aggregator.history;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.DeviceSeriesQuery;
import io.muster.schema.history.HostSeriesQuery;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads series: the readings of one device or host in bins of equal width. */
final class SeriesReader {
  /** A year by the second, and some. */
  private static final long MAX_BINS = 40_000_000;

  private static final SqlStatement DEVICE_SUBJECT =
      SqlStatement.load(SeriesReader.class, "device-subject.sql");
  private static final SqlStatement HOST_SUBJECT =
      SqlStatement.load(SeriesReader.class, "host-subject.sql");

  private final Database database;

  SeriesReader(Database database) {
    this.database = database;
  }

  /** Returns the bins of a device. */
  Future<Pages<SeriesHead, SeriesBin>> device(DeviceSeriesQuery query, SeriesRequest request) {
    var statement =
        hostFilter(query.host())
            .bind(DEVICE_SUBJECT)
            .bind("uuid", query.uuid())
            .bind("from", request.range().fromTime());
    return database
        .withConnection(statement::execute)
        .map(rows -> onlyDevice(rows, query))
        .map(subject -> pages(subject, request, query.metrics()));
  }

  /** Returns the bins of a host. */
  Future<Pages<SeriesHead, SeriesBin>> host(HostSeriesQuery query, SeriesRequest request) {
    var statement =
        hostFilter(Optional.of(query.host()))
            .bind(HOST_SUBJECT)
            .bind("from", request.range().fromTime());
    return database
        .withConnection(statement::execute)
        .map(rows -> onlyHost(rows, query.host()))
        .map(subject -> pages(subject, request, query.metrics()));
  }

  private static SqlFilter hostFilter(Optional<String> host) {
    var clientId = host.flatMap(ClientId::normalize).map(ClientId::toUuid);
    return new SqlFilter()
        .and("client_id", clientId, "c.client_id = :client_id")
        .and("host", clientId.isPresent() ? Optional.empty() : host, "c.name = :host");
  }

  private static SeriesSubject onlyDevice(RowSet<Row> rows, DeviceSeriesQuery query) {
    if (rows.size() == 0) {
      throw new FleetException(Code.DEVICE_UNKNOWN, "Device not found");
    }
    var row = rows.iterator().next();
    if (row.getInteger("hosts") > 1) {
      throw QueryValidator.invalid(
          "uuid", query.uuid(), "also a host by its client id: several hosts have this device");
    }
    return SeriesSubject.ofDevice(row);
  }

  private static SeriesSubject onlyHost(RowSet<Row> rows, String host) {
    return switch (rows.size()) {
      case 0 -> throw new FleetException(Code.CLIENT_UNKNOWN, "Host not found");
      case 1 -> SeriesSubject.ofHost(rows.iterator().next());
      default ->
          throw new FleetException(
              Code.INVALID_ARGUMENT,
              "host=" + host + ": several hosts have this name, expected a client id");
    };
  }

  private Pages<SeriesHead, SeriesBin> pages(
      SeriesSubject subject, SeriesRequest request, List<SeriesMetric> metrics) {
    var bins =
        request.stepSeconds().isPresent()
            ? requestedBins(subject, request, request.stepSeconds().getAsLong())
            : selectedBins(subject, request);
    return new SeriesPages(database, subject, bins, metrics);
  }

  private static SeriesBins requestedBins(
      SeriesSubject subject, SeriesRequest request, long stepSeconds) {
    var source = subject.source(stepSeconds);
    var since = subject.incompleteUntil(source);
    if (since.isPresent()) {
      throw QueryValidator.invalid(
          "step",
          "a coarser one, or from at or after %s, since when %s are stored"
              .formatted(since.get(), source.description()));
    }
    var bins = SeriesBins.of(request.range(), stepSeconds);
    if (bins.count() > MAX_BINS) {
      throw QueryValidator.invalid("step", "one with at most " + MAX_BINS + " bins");
    }
    return bins;
  }

  private static SeriesBins selectedBins(SeriesSubject subject, SeriesRequest request) {
    return SeriesStep.candidates()
        .filter(stepSeconds -> subject.incompleteUntil(subject.source(stepSeconds)).isEmpty())
        .mapToObj(stepSeconds -> SeriesBins.of(request.range(), stepSeconds))
        .filter(bins -> bins.count() <= request.points())
        .findFirst()
        .orElseThrow();
  }

  /**
   * A validated request.
   *
   * @param range not empty
   * @param stepSeconds width of the bins; empty: the least with which there are at most {@code
   *     points} bins
   */
  record SeriesRequest(TimeRange range, OptionalLong stepSeconds, int points) {}
}
