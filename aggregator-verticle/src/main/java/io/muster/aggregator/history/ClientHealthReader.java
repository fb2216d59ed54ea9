package io.muster.aggregator.history;

import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Reads heartbeats. Several statements return a large result, the newest chunk first. */
final class ClientHealthReader {
  private static final String EXTENT_OF_ONE_CLIENT =
      HistorySql.forOneClient(HistorySql.HEALTH_EXTENT, 5);

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
                  statements(request, extent, resolution),
                  request.limitOffset(),
                  ClientHealthReader::point);
            });
  }

  private Future<HealthExtent> loadExtent(HealthRequest request) {
    var statement = request.client().isPresent() ? EXTENT_OF_ONE_CLIENT : HistorySql.HEALTH_EXTENT;
    var parameters = request.parameters(request.range()).addInteger(HealthExtent.MAX_HOURS);
    request.client().ifPresent(parameters::addUUID);
    return database
        .withConnection(connection -> connection.preparedQuery(statement).execute(parameters))
        .map(rows -> HealthExtent.of(rows.iterator().next(), request.range()));
  }

  private static Iterator<BoundStatement> statements(
      HealthRequest request, HealthExtent extent, Resolution resolution) {
    var range = extent.range(resolution);
    if (extent.hours() == 0 || range.isEmpty()) {
      return Collections.emptyIterator();
    }
    var sql = resolution.statement(request.client().isPresent());
    var chunks =
        extent
            .chunkLength(resolution)
            .map(length -> range.chunks(length, resolution.alignment()))
            .orElseGet(() -> Stream.of(range).iterator());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return chunks.hasNext();
      }

      @Override
      public BoundStatement next() {
        var parameters = request.parameters(chunks.next());
        request.client().ifPresent(parameters::addUUID);
        return new BoundStatement(sql, parameters);
      }
    };
  }

  private static HealthPoint point(Row row) {
    return new HealthPoint(
        ClientId.fromUuid(row.getUUID("client_id")),
        row.getString("name"),
        WireTime.utcMicros(row.getOffsetDateTime("ts").toInstant()),
        row.getInteger("cpu"),
        row.getInteger("mem"),
        row.getInteger("disk"),
        row.getLong("net_up"),
        row.getLong("net_down"));
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
    private Tuple parameters(TimeRange chunk) {
      return Tuple.tuple()
          .addString(userId)
          .addOffsetDateTime(chunk.fromTime())
          .addOffsetDateTime(chunk.untilTime());
    }
  }
}
