package io.muster.aggregator.inventory;

import io.muster.aggregator.inventory.Inventory.Backlog;
import io.muster.aggregator.inventory.Inventory.Partition;
import io.muster.aggregator.inventory.Inventory.Span;
import io.muster.aggregator.inventory.Inventory.Table;
import io.muster.aggregator.inventory.Inventory.Traffic;
import io.muster.aggregator.upkeep.Upkeep;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Finds out what a database holds. Reads indexes and roll-ups, never all heartbeats. */
public final class Stocktaking {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final String SERVER =
      """
      SELECT split_part(current_setting('server_version'), ' ', 1), (SELECT max(version) FROM schema_migration),
        pg_database_size(current_database())\
      """;

  private static final String PLAIN_TABLES =
      """
      SELECT relname, greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) FROM pg_class
      WHERE relkind = 'r' AND pg_table_is_visible(oid)
        AND relname IN ('client', 'client_state', 'client_clock', 'client_day', 'client_day_stale', 'device', 'model')\
      """;

  /** Oldest and newest by each client's own index entries. */
  private static final String SPAN =
      """
      SELECT min(oldest), max(newest) FROM client c,
        LATERAL (SELECT %1$s AS oldest FROM %2$s t WHERE t.client_ref = c.client_ref ORDER BY %1$s LIMIT 1) o,
        LATERAL (SELECT %1$s AS newest FROM %2$s t WHERE t.client_ref = c.client_ref ORDER BY %1$s DESC LIMIT 1) n\
      """;

  /** $1 now. */
  private static final String TRAFFIC =
      """
      SELECT (SELECT count(*) FROM client WHERE valid_status = 'valid'),
        (SELECT count(*) FROM client_state WHERE last_seen > $1::timestamptz - interval '1 min'),
        (SELECT count(*) FROM heartbeat WHERE ts > $1::timestamptz - interval '1 min' AND ts <= $1),
        (SELECT coalesce(sum(n), 0)::bigint FROM client_hour WHERE hour = date_trunc('hour', $1::timestamptz, 'UTC')),
        (SELECT coalesce(sum(n), 0)::bigint FROM client_hour
          WHERE hour = date_trunc('hour', $1::timestamptz, 'UTC') - interval '1 h')\
      """;

  private static final String BACKLOG =
      """
      SELECT (SELECT count(*) FROM client_day_stale),
        (SELECT max(folded_at) FROM client_state WHERE isfinite(folded_at))\
      """;

  private final SqlConnection sql;
  private final Instant now;

  private Stocktaking(SqlConnection sql, Instant now) {
    this.sql = sql;
    this.now = now;
  }

  /**
   * What there is.
   *
   * @param packAfter when a closed day should be packed; empty: never
   */
  public static Future<Inventory> of(Database database, Optional<Duration> packAfter, Instant now) {
    return database.withDedicatedConnection(
        LIMIT, sql -> new Stocktaking(sql, now).inventory(packAfter));
  }

  private Future<Inventory> inventory(Optional<Duration> packAfter) {
    var server = row(SERVER, Tuple.tuple());
    var held = Partitions.loadAll(sql);
    var plain = sql.query(PLAIN_TABLES).execute();
    var spans = spans();
    var traffic = row(TRAFFIC, Tuple.of(now.atOffset(ZoneOffset.UTC)));
    var backlog = row(BACKLOG, Tuple.tuple());
    return Future.all(List.of(server, held, plain, spans, traffic, backlog))
        .map(
            all ->
                new Inventory(
                    server.result().getString(0),
                    server.result().getInteger(1),
                    server.result().getLong(2),
                    tables(held.result(), plain.result()),
                    held.result().stream().map(Stocktaking::partition).toList(),
                    spans.result(),
                    traffic(traffic.result()),
                    backlog(backlog.result(), unpacked(held.result(), packAfter))));
  }

  private Future<List<Span>> spans() {
    var spans = new ArrayList<Span>();
    return span(spans, "raw", "ts", "heartbeat")
        .compose(done -> span(spans, "packed", "hour", "heartbeat_pack"))
        .compose(done -> span(spans, "hour", "hour", "client_hour"))
        .compose(done -> span(spans, "day", "day", "client_day"))
        .map(spans);
  }

  private Future<?> span(List<Span> spans, String data, String column, String table) {
    return row(SPAN.formatted(column, table), Tuple.tuple())
        .onSuccess(row -> spans.add(new Span(data, time(row, 0), time(row, 1))));
  }

  private Future<Row> row(String statement, Tuple parameters) {
    return sql.preparedQuery(statement).execute(parameters).map(rows -> rows.iterator().next());
  }

  private long unpacked(List<ExistingPartition> held, Optional<Duration> packAfter) {
    return packAfter.map(after -> Upkeep.unpackedDays(held, after, now).size()).orElse(0);
  }

  private static List<Table> tables(List<ExistingPartition> held, Iterable<Row> plain) {
    var tables = new ArrayList<Table>();
    held.stream()
        .collect(Collectors.groupingBy(ExistingPartition::parent))
        .forEach(
            (family, parts) ->
                tables.add(
                    new Table(
                        family.tableName(),
                        parts.size(),
                        parts.stream().mapToLong(ExistingPartition::estimatedRows).sum(),
                        parts.stream().mapToLong(ExistingPartition::sizeBytes).sum())));
    plain.forEach(
        row -> tables.add(new Table(row.getString(0), 0, row.getLong(1), row.getLong(2))));
    tables.sort(Comparator.comparingLong(Table::bytes).reversed().thenComparing(Table::name));
    return tables;
  }

  private static Partition partition(ExistingPartition held) {
    return new Partition(
        held.parent().tableName(),
        held.name(),
        held.fromDay().toString(),
        held.toDay().toString(),
        held.state().name().toLowerCase(Locale.ROOT),
        held.estimatedRows(),
        held.sizeBytes());
  }

  private static Traffic traffic(Row row) {
    return new Traffic(
        row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
  }

  private Backlog backlog(Row row, long unpackedDays) {
    var folded = Optional.ofNullable(row.getOffsetDateTime(1)).map(OffsetDateTime::toInstant);
    var age = folded.map(at -> Math.max(0, Duration.between(at, now).toSeconds()));
    return new Backlog(
        row.getLong(0), unpackedDays, age.map(OptionalLong::of).orElse(OptionalLong.empty()));
  }

  private static Optional<String> time(Row row, int column) {
    return Optional.ofNullable(row.getValue(column))
        .map(
            value ->
                value instanceof OffsetDateTime at
                    ? WireTime.utcMicros(at.toInstant())
                    : ((LocalDate) value).toString());
  }
}
