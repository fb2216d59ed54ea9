package io.muster.aggregator.history;

import io.muster.bus.service.Pages;
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

/** Answers with heartbeats. A large answer comes from several statements, the newest part first. */
final class ClientHealth {
  private static final String EXTENT_OF_ONE_CLIENT =
      HistorySql.ofOneClient(HistorySql.HEALTH_EXTENT, 5);

  private final Database database;

  ClientHealth(Database database) {
    this.database = database;
  }

  Future<Pages<HealthHead>> points(Request request) {
    return extent(request)
        .map(
            extent -> {
              var resolution = request.resolution().orElseGet(extent::resolution);
              return PartCursors.pages(
                  database,
                  new HealthHead(resolution.wireName()),
                  parts(request, extent, resolution),
                  request.slice(),
                  ClientHealth::point);
            });
  }

  private Future<HealthExtent> extent(Request request) {
    var statement = request.client().isPresent() ? EXTENT_OF_ONE_CLIENT : HistorySql.HEALTH_EXTENT;
    var parameters = request.parameters(request.span()).addInteger(HealthExtent.MAX_HOURS);
    request.client().ifPresent(parameters::addUUID);
    return database
        .withConnection(sql -> sql.preparedQuery(statement).execute(parameters))
        .map(rows -> HealthExtent.of(rows.iterator().next(), request.span()));
  }

  private static Iterator<Part> parts(Request request, HealthExtent extent, Resolution resolution) {
    var span = extent.span(resolution);
    if (extent.hours() == 0 || span.isEmpty()) {
      return Collections.emptyIterator();
    }
    var statement = resolution.statement(request.client().isPresent());
    var spans =
        extent
            .piece(resolution)
            .map(length -> span.pieces(length, resolution.grain()))
            .orElseGet(() -> Stream.of(span).iterator());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return spans.hasNext();
      }

      @Override
      public Part next() {
        var parameters = request.parameters(spans.next());
        request.client().ifPresent(parameters::addUUID);
        return new Part(statement, parameters);
      }
    };
  }

  private static HealthPoint point(Row row) {
    return new HealthPoint(
        ClientId.of(row.getUUID("client_id")),
        row.getString("name"),
        WireTime.utcMicros(row.getOffsetDateTime("ts").toInstant()),
        row.getInteger("cpu"),
        row.getInteger("mem"),
        row.getInteger("disk"),
        row.getLong("net_up"),
        row.getLong("net_down"));
  }

  /**
   * A query that was checked.
   *
   * @param userId owner of the clients
   * @param client exactly this one
   * @param span range that was asked for
   * @param resolution exactly this one
   * @param slice which of the points
   */
  record Request(
      String userId,
      Optional<UUID> client,
      Span span,
      Optional<Resolution> resolution,
      LimitOffset slice) {
    private Tuple parameters(Span range) {
      return Tuple.tuple()
          .addString(userId)
          .addOffsetDateTime(range.fromInstant())
          .addOffsetDateTime(range.untilInstant());
    }
  }
}
