package io.muster.aggregator.history;

import static io.muster.aggregator.HistoryFixture.NOON;
import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.json.WireTime;
import io.muster.testkit.AllRows;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results of several statements, and heartbeats that are compacted. */
@Tag("slow")
class LargeClientHealthIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int CLIENTS = 5;
  private static final Instant MIDNIGHT = NOON.minus(Duration.ofHours(12));
  private static final Instant FROM_AT = MIDNIGHT.minus(Duration.ofDays(3));

  private final String user = UUID.randomUUID().toString();
  private HistoryFixture fixture;
  private PostgresHistory service;
  private List<String> clients;

  @BeforeEach
  void fill() {
    fixture = new HistoryFixture(postgres.database());
    service = new PostgresHistory(postgres.database(), () -> NOON, new HistoryConfig(false));
    fixture.query("TRUNCATE client, client_hour, heartbeat, heartbeat_pack CASCADE");
    clients = IntStream.range(0, CLIENTS).mapToObj(i -> fixture.insertClient(user)).toList();
    clients.forEach(client -> insertHeartbeats(client, FROM_AT, 3 * 8640 / 2));
  }

  @Test
  void clientHealth_rawRequested_isRawForAnySize() {
    var raw = health("raw", LimitOffset.ALL);

    assertThat(raw.head().resolution()).isEqualTo("raw");
    assertThat(raw.rows()).hasSize(CLIENTS * 3 * 4320);
    assertNewestFirst(raw.rows());
    assertThat(raw.rows()).doesNotHaveDuplicates();
  }

  @Test
  void clientHealth_minutesRequested_addUpToTheHeartbeats() {
    var minutes = health("60", LimitOffset.ALL);

    assertThat(minutes.head().resolution()).isEqualTo("60");
    assertThat(minutes.rows()).hasSize(CLIENTS * 3 * 1440);
    assertNewestFirst(minutes.rows());
    assertThat(minutes.rows().stream().mapToLong(HealthPoint::networkUp).sum())
        .isEqualTo(CLIENTS * 3 * 4320 * 7L);
  }

  @Test
  void clientHealth_hoursRequested_areHours() {
    var hours = health("3600", LimitOffset.ALL);

    assertThat(hours.head().resolution()).isEqualTo("3600");
    assertThat(hours.rows()).hasSize(CLIENTS * 3 * 24);
    assertThat(health(Optional.empty(), Optional.empty(), LimitOffset.ALL)).isEqualTo(hours);
  }

  @Test
  void clientHealth_limitAndOffset_returnThatPartOfAllRows() {
    for (var resolution : List.of("raw", "60", "3600")) {
      var all = health(resolution, LimitOffset.ALL).rows();
      for (var offset : List.of(0, 1, all.size() / 3, all.size() - 2, all.size() + 5)) {
        assertThat(health(resolution, new LimitOffset(Optional.of(700), offset)).rows())
            .isEqualTo(
                all.subList(Math.min(offset, all.size()), Math.min(offset + 700, all.size())));
      }
      assertThat(health(resolution, new LimitOffset(Optional.empty(), 1000)).rows())
          .isEqualTo(all.subList(Math.min(1000, all.size()), all.size()));
    }
  }

  @Test
  void clientHealth_compactedDays_returnTheSameRows() {
    var raw = health("raw", LimitOffset.ALL);
    var minutes = health("60", LimitOffset.ALL);
    var one = health(Optional.of(clients.get(2)), Optional.of("raw"), LimitOffset.ALL);
    compactDay(FROM_AT);
    compactDay(FROM_AT.plus(Duration.ofDays(2)));

    assertThat(health("raw", LimitOffset.ALL)).isEqualTo(raw);
    assertThat(health("60", LimitOffset.ALL)).isEqualTo(minutes);
    assertThat(health(Optional.of(clients.get(2)), Optional.of("raw"), LimitOffset.ALL))
        .isEqualTo(one);
    var from = FROM_AT.plusSeconds(3610);
    var shortQuery =
        new HealthQuery(
            user,
            Optional.of(clients.get(0)),
            from.toEpochMilli(),
            from.plusSeconds(20).toEpochMilli(),
            Optional.empty(),
            LimitOffset.ALL);
    assertThat(AllRows.of(service.clientHealth(shortQuery), HealthPoint.class).rows())
        .extracting(HealthPoint::timestamp)
        .containsExactly(WireTime.utcMicros(from.plusSeconds(10)));
  }

  @Test
  void clientHealth_prunedHeartbeats_areReportedByTheirHours() {
    var client = fixture.insertClient(user);
    fixture.query(
        "CREATE TABLE IF NOT EXISTS client_hour_old PARTITION OF client_hour FOR VALUES FROM"
            + " ('2000-01-01') TO ('2000-02-01')");
    fixture.insertHours(client, Instant.parse("2000-01-05T00:00:00Z"), 3, 1);

    var all = health(Optional.of(client), Optional.empty(), LimitOffset.ALL);
    assertThat(all.head().resolution()).isEqualTo("3600");
    assertThat(all.rows()).hasSize(3);
    assertThat(health(Optional.of(client), Optional.of("raw"), LimitOffset.ALL).rows()).isEmpty();
  }

  @Test
  void clientHealth_clientWithoutHeartbeats_isEmpty() {
    var silent = fixture.insertClient("another " + user);
    var query =
        new HealthQuery(
            "another " + user,
            Optional.of(silent),
            0,
            1L << 60,
            Optional.of("raw"),
            LimitOffset.ALL);

    assertThat(AllRows.of(service.clientHealth(query), HealthPoint.class).rows()).isEmpty();
  }

  private void assertNewestFirst(List<HealthPoint> points) {
    assertThat(points)
        .isSortedAccordingTo(
            Comparator.comparing(HealthPoint::timestamp)
                .reversed()
                .thenComparing(point -> clients.indexOf(point.clientId())));
  }

  private AllRows<HealthHead, HealthPoint> health(String resolution, LimitOffset limitOffset) {
    return health(Optional.empty(), Optional.of(resolution), limitOffset);
  }

  private AllRows<HealthHead, HealthPoint> health(
      Optional<String> client, Optional<String> resolution, LimitOffset limitOffset) {
    var query = new HealthQuery(user, client, 0, Long.MAX_VALUE, resolution, limitOffset);
    return AllRows.of(service.clientHealth(query), HealthPoint.class);
  }

  /** Inserts one heartbeat each twenty seconds, with its hours and the state. */
  private void insertHeartbeats(String client, Instant from, int number) {
    var id = ClientId.toUuid(client);
    fixture.query(
        """
        INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down)
        SELECT client_ref, $2::timestamptz + i * interval '20 s', i % 100, 20, 30, 7, 9
        FROM client, generate_series(0, $3::int - 1) i WHERE client_id = $1\
        """,
        id, from.atOffset(UTC), number);
    fixture.query(
        """
        INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask)
        SELECT client_ref, date_trunc('hour', ts, 'UTC'), max(ts), count(*), sum(net_up), sum(net_down), sum(cpu), sum(mem), sum(disk), 1
        FROM heartbeat JOIN client USING (client_ref) WHERE client_id = $1 GROUP BY 1, 2\
        """,
        id);
    fixture.query(
        """
        INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen)
        SELECT client_ref, min(ts), max(ts), max(ts) FROM heartbeat JOIN client USING (client_ref) WHERE client_id = $1
        GROUP BY 1\
        """,
        id);
  }

  /** Compacts a day and empties its raw partition. */
  private void compactDay(Instant from) {
    var day = LocalDate.ofInstant(from, UTC).toString();
    var name = day.replace("-", "");
    fixture.query(
        "CREATE TABLE IF NOT EXISTS heartbeat_pack_%s PARTITION OF heartbeat_pack FOR VALUES FROM ('%s') TO ('%s')"
            .formatted(name, day, LocalDate.parse(day).plusDays(1)));
    fixture.query(
        """
        INSERT INTO heartbeat_pack
        SELECT date_trunc('hour', ts, 'UTC') AS h, client_ref,
          array_agg((extract(epoch FROM ts - date_trunc('hour', ts, 'UTC')) * 1000)::int ORDER BY ts),
          array_agg(cpu ORDER BY ts), array_agg(mem ORDER BY ts), array_agg(disk ORDER BY ts), array_agg(net_up ORDER BY ts),
          array_agg(net_down ORDER BY ts), array_agg(gpu_flags ORDER BY ts)
        FROM heartbeat_%s GROUP BY 1, 2\
        """
            .formatted(name));
    fixture.query("TRUNCATE heartbeat_" + name);
  }
}
