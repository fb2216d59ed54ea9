package io.muster.aggregator.history;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.HistoryFixture;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.json.WireTime;
import io.muster.testkit.AllRows;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClientHealthReaderIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private final String user = UUID.randomUUID().toString();
  private HistoryFixture fixture;
  private PostgresHistory service;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    service = new PostgresHistory(postgres.database(), () -> NOON, new HistoryConfig(false));
  }

  @Test
  void clientHealth_heartbeats_areListedNewestFirst() {
    var first = fixture.insertClient(user);
    var second = fixture.insertClient(user);
    var at = NOON.minusMillis(1);
    store(
        first,
        new Heartbeat(at.toEpochMilli(), 1, 2, 3, 4, 5, Optional.empty()),
        heartbeat(NOON, 9));
    store(second, heartbeat(NOON, 8));

    var series = health(Optional.empty());

    assertThat(series.head().resolution()).isEqualTo("raw");
    assertThat(series.rows())
        .containsExactly(
            point(first, NOON, 9),
            point(second, NOON, 8),
            new HealthPoint(first, "host of " + user, WireTime.utcMicros(at), 1, 2, 3, 4, 5));
  }

  @Test
  void clientHealth_range_includesItsBeginAndExcludesItsEnd() {
    var client = fixture.insertClient(user);
    store(
        client,
        heartbeat(NOON.minusMillis(1), 1),
        heartbeat(NOON, 2),
        heartbeat(NOON.plusMillis(999), 3),
        heartbeat(NOON.plusSeconds(1), 4));

    var series = health(Optional.empty(), NOON, NOON.plusSeconds(1));

    assertThat(series.rows()).extracting(HealthPoint::cpuUsage).containsExactly(3, 2);
    assertThat(health(Optional.empty(), NOON, NOON).rows()).isEmpty();
  }

  @Test
  void clientHealth_clientFilter_listsOnlyThatClientOfThatUser() {
    var mine = fixture.insertClient(user);
    var other = fixture.insertClient(user);
    var foreign = fixture.insertClient("another " + user);
    var invalid = fixture.insertClient(user);
    fixture.setColumn(invalid, "valid_status", "'invalid'");
    List.of(mine, other, foreign).forEach(client -> store(client, heartbeat(NOON, 5)));
    fixture.setColumn(invalid, "valid_status", "'valid'");
    store(invalid, heartbeat(NOON, 5));
    fixture.setColumn(invalid, "valid_status", "'invalid'");

    assertThat(clientIds(health(Optional.of(mine)))).containsExactly(mine);
    assertThat(clientIds(health(Optional.empty()))).containsExactly(mine, other);
    assertThat(clientIds(health(Optional.of(foreign)))).isEmpty();
    assertThat(clientIds(health(Optional.of(invalid)))).isEmpty();
  }

  @Test
  void clientHealth_unboundedRange_returnsAllStored() {
    var client = fixture.insertClient(user);
    store(client, heartbeat(NOON, 5));

    var all = query(user, Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);

    assertThat(clientIds(read(all))).containsExactly(client);
  }

  @Test
  void clientHealth_moreThanTwentyThousandHeartbeats_areMeansOfMinutes() {
    var client = fixture.insertClient(user);
    // 21 hours of one heartbeat each three seconds.
    for (var hour = 1; hour <= 21; hour++) {
      var from = NOON.minus(ofHours(hour));
      store(
          client,
          IntStream.range(0, 1200)
              .mapToObj(i -> heartbeat(from.plusSeconds(3L * i), i % 20))
              .toArray(Heartbeat[]::new));
    }

    var series = health(Optional.of(client));

    assertThat(series.head().resolution()).isEqualTo("60");
    assertThat(series.rows()).hasSize(21 * 60);
    assertThat(series.rows().get(0))
        // 20 heartbeats of 0 to 19 percent: the mean 9.5 is rounded up.
        .isEqualTo(
            new HealthPoint(
                client,
                "host of " + user,
                WireTime.utcMicros(NOON.minusSeconds(3)),
                10,
                20,
                30,
                20 * 100,
                20 * 200));
    var shortSeries = health(Optional.of(client), NOON.minus(ofHours(2)), NOON);
    assertThat(shortSeries.head().resolution()).isEqualTo("raw");
    assertThat(shortSeries.rows()).hasSize(2400);
  }

  @Test
  void clientHealth_moreThanTwentyThousandMinutes_areHours() {
    var clients = IntStream.range(0, 12).mapToObj(i -> fixture.insertClient(user)).toList();
    clients.forEach(
        client -> fixture.insertHours(client, NOON.minus(ofDays(2)), 48, (1 << 30) - 1));

    var series = health(Optional.empty());

    assertThat(series.head().resolution()).isEqualTo("3600");
    assertThat(series.rows()).hasSize(12 * 48);
    // 100, 200 and 300 percent in 360 heartbeats.
    assertThat(series.rows().get(0))
        .isEqualTo(
            new HealthPoint(
                clients.get(0),
                "host of " + user,
                WireTime.utcMicros(NOON.minusSeconds(60)),
                0,
                1,
                1,
                360,
                720));
    var until = NOON.minusSeconds(60);
    assertThat(health(Optional.empty(), NOON.minus(ofDays(2)), until).rows())
        .hasSize(12 * 47)
        .allMatch(point -> point.timestamp().compareTo(WireTime.utcMicros(until)) < 0);
  }

  @Test
  void clientHealth_malformedQuery_isInvalid() {
    assertInvalid(query("a\0b", Optional.empty(), 0, 1));
    assertInvalid(query(user, Optional.of("xyz"), 0, 1));
    assertInvalid(query(user, Optional.of("\0"), 0, 1));
    assertInvalid(
        new HealthQuery(user, Optional.empty(), 0, 1, Optional.of("minute"), LimitOffset.ALL));
  }

  private void assertInvalid(HealthQuery query) {
    assertThatThrownBy(() -> await(service.clientHealth(query)))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  private AllRows<HealthHead, HealthPoint> health(Optional<String> client) {
    return health(client, NOON.minus(ofDays(2)), NOON.plusSeconds(1));
  }

  private AllRows<HealthHead, HealthPoint> health(
      Optional<String> client, Instant from, Instant until) {
    return read(query(user, client, from.toEpochMilli(), until.toEpochMilli()));
  }

  private void store(String client, Heartbeat... heartbeats) {
    fixture.store(NOON, batch(client, heartbeats));
  }

  private static Heartbeat heartbeat(Instant at, int cpu) {
    return new Heartbeat(at.toEpochMilli(), cpu, 20, 30, 100, 200, Optional.empty());
  }

  private HealthPoint point(String client, Instant at, int cpu) {
    return new HealthPoint(
        client, "host of " + user, WireTime.utcMicros(at), cpu, 20, 30, 100, 200);
  }

  private AllRows<HealthHead, HealthPoint> read(HealthQuery query) {
    return AllRows.of(service.clientHealth(query), HealthPoint.class);
  }

  private static HealthQuery query(
      String user, Optional<String> client, long fromMillis, long untilMillis) {
    return new HealthQuery(
        user, client, fromMillis, untilMillis, Optional.empty(), LimitOffset.ALL);
  }

  private static List<String> clientIds(AllRows<HealthHead, HealthPoint> series) {
    return series.rows().stream().map(HealthPoint::clientId).toList();
  }
}
