package io.muster.aggregator.history;

import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Reads heartbeats. Several statements return a large result, the newest chunk first. */
final class ClientHealthReader {
  private static final ClientStatement EXTENT = ClientStatement.load("health-extent.sql");

  private final Database database;

  ClientHealthReader(Database database) {
    this.database = database;
  }

  Future<Pages<HealthHead, HealthPoint>> points(HealthRequest request) {
    return loadExtent(request)
        .map(
            extent -> {
              var resolution = request.resolution().orElseGet(extent::resolution);
              return StatementCursors.pages(
                  database,
                  new HealthHead(resolution.wireName()),
                  statements(request, extent, resolution).iterator(),
                  request.limitOffset(),
                  ClientHealthReader::point);
            });
  }

  private Future<HealthExtent> loadExtent(HealthRequest request) {
    var statement = request.bind(EXTENT, request.range()).bind("max_hours", HealthExtent.MAX_HOURS);
    return database
        .withConnection(statement::execute)
        .map(rows -> HealthExtent.of(rows.iterator().next(), request.range()));
  }

  private static Stream<SqlStatement.Binding> statements(
      HealthRequest request, HealthExtent extent, Resolution resolution) {
    var range = extent.range(resolution);
    if (extent.hours() == 0 || range.isEmpty()) {
      return Stream.empty();
    }
    return extent
        .chunkLength(resolution)
        .map(length -> range.chunks(length, resolution.alignment()))
        .orElseGet(() -> Stream.of(range))
        .map(chunk -> request.bind(resolution.statement(), chunk));
  }

  /** Converts a row, whose columns are read by their position: names are searched for. */
  private static HealthPoint point(Row row) {
    return new HealthPoint(
        ClientId.fromUuid(row.getUUID(0)),
        row.getString(1),
        WireTime.utcMicros(row.getOffsetDateTime(2).toInstant()),
        row.getInteger(3),
        row.getInteger(4),
        row.getInteger(5),
        row.getLong(6),
        row.getLong(7));
  }

  /**
   * A validated query.
   *
   * @param userId owner of the clients
   * @param client only this client; empty: all clients
   * @param range requested range
   * @param resolution requested resolution; empty: the finest that is not too large
   * @param limitOffset requested part of the points
   */
  record HealthRequest(
      String userId,
      Optional<UUID> client,
      TimeRange range,
      Optional<Resolution> resolution,
      LimitOffset limitOffset) {
    private SqlStatement.Binding bind(ClientStatement statement, TimeRange chunk) {
      return statement
          .bind(userId, client)
          .bind("from", chunk.fromTime())
          .bind("until", chunk.untilTime());
    }
  }
}
