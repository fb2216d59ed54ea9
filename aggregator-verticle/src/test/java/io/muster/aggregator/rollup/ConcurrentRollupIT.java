package io.muster.aggregator.rollup;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rolls up while heartbeats of several days are stored, in any order and in any batches. */
class ConcurrentRollupIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(Duration.ofHours(12));
  private static final int CLIENTS = 6;
  private static final int HEARTBEATS_PER_CLIENT = 400;

  /**
   * Differences between the days of the heartbeats and the rolled-up days: no row if they are
   * equal.
   */
  private static final String DIFFERENCES =
      """
      WITH expected AS (
        SELECT client_ref, (ts AT TIME ZONE 'UTC')::date AS day, max(ts) AS last_ts, count(*) AS n, sum(cpu) AS cpu_sum,
          sum(mem) AS mem_sum, sum(disk) AS disk_sum, sum(net_up) AS net_up, sum(net_down) AS net_down,
          count(DISTINCT date_bin('2 min', ts, '2000-01-01Z')) AS slots
        FROM heartbeat GROUP BY 1, 2),
      actual AS (SELECT client_ref, day, last_ts, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slots FROM client_day)
      (TABLE expected EXCEPT TABLE actual) UNION ALL (TABLE actual EXCEPT TABLE expected)\
      """;

  private static final String STATE_DIFFERENCES =
      """
      WITH expected AS (
        SELECT h.client_ref, count(DISTINCT date_bin('2 min', ts, '2000-01-01Z')) FILTER (WHERE ts < $1::timestamptz) AS before,
          count(DISTINCT date_bin('2 min', ts, '2000-01-01Z')) FILTER (WHERE ts >= $1) AS today,
          count(DISTINCT (ts AT TIME ZONE 'UTC')::date) AS days
        FROM heartbeat h GROUP BY 1)
      SELECT * FROM expected JOIN client_state s USING (client_ref)
      WHERE (before, today, days) IS DISTINCT FROM (s.slots_before, s.slots_today, s.uptime_days)\
      """;

  private final Random random = new Random(20);
  private volatile Instant now = NOON;
  private HistoryFixture fixture;
  private PostgresRollup rollup;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    rollup = new PostgresRollup(postgres.database(), () -> now, stored -> {});
    fixture.query("TRUNCATE client, client_hour, client_day, heartbeat CASCADE");
  }

  @Test
  void rollUp_duringIngest_matchesTheHeartbeats() {
    var clients = fixture.insertClients(CLIENTS);
    var batches = clients.stream().map(client -> batches()).toList();
    for (var quarter = 0; quarter < 4; quarter++) {
      var stored = storeQuarter(clients, batches, quarter);
      assertThat(await(rollUpUntil(stored))).isPositive();
      await(stored);
    }

    now = NOON.plus(Duration.ofMinutes(3));
    assertThat(await(rollup.rollUpIfDue(Duration.ZERO))).isPresent();
    assertThat(fixture.query(DIFFERENCES)).isEmpty();
    assertThat(fixture.query(STATE_DIFFERENCES, MIDNIGHT.atOffset(ZoneOffset.UTC))).isEmpty();
    assertThat(fixture.query("SELECT * FROM client_day_stale")).isEmpty();
    assertThat(fixture.heartbeatCount()).isEqualTo(CLIENTS * HEARTBEATS_PER_CLIENT);
  }

  @Test
  void rollUp_concurrentRuns_changeEverythingOnce() {
    var clients = fixture.insertClients(CLIENTS);
    await(Future.join(clients.stream().map(client -> storeBatches(client, batches())).toList()));
    var rollups = IntStream.range(0, 4).mapToObj(i -> rollup.rollUpIfDue(Duration.ZERO)).toList();
    await(Future.join(rollups));
    now = NOON.plus(Duration.ofMinutes(3));
    await(rollup.rollUpIfDue(Duration.ZERO));

    assertThat(fixture.query(DIFFERENCES)).isEmpty();
    assertThat(fixture.query(STATE_DIFFERENCES, MIDNIGHT.atOffset(ZoneOffset.UTC))).isEmpty();
  }

  private Future<?> storeQuarter(
      List<String> clients, List<List<List<StoredHeartbeat>>> batches, int quarter) {
    return Future.join(
        IntStream.range(0, clients.size())
            .mapToObj(
                client -> {
                  var own = batches.get(client);
                  var from = own.size() * quarter / 4;
                  var to = own.size() * (quarter + 1) / 4;
                  return storeBatches(clients.get(client), own.subList(from, to));
                })
            .toList());
  }

  /** Stores one batch after the other. */
  private Future<Void> storeBatches(String client, List<List<StoredHeartbeat>> batches) {
    var chain = Future.<Void>succeededFuture();
    for (var batch : batches) {
      chain =
          chain.compose(
              done ->
                  postgres
                      .database()
                      .withTransaction(sql -> HeartbeatWriter.store(sql, client, now, batch)));
    }
    return chain;
  }

  private Future<Integer> rollUpUntil(Future<?> end) {
    return rollup
        .rollUpIfDue(Duration.ZERO)
        .compose(
            result ->
                end.isComplete()
                    ? Future.succeededFuture(1)
                    : rollUpUntil(end).map(number -> number + result.map(rolledUp -> 1).orElse(0)));
  }

  /** Returns heartbeats of today and the three days before, in random order and batches. */
  private List<List<StoredHeartbeat>> batches() {
    var heartbeats = new ArrayList<StoredHeartbeat>();
    var step = Duration.ofHours(84).dividedBy(HEARTBEATS_PER_CLIENT);
    for (var i = 0; i < HEARTBEATS_PER_CLIENT; i++) {
      heartbeats.add(
          StoredHeartbeat.of(NOON.minus(step.multipliedBy(i + 1L)))
              .withMemoryPercent(random.nextInt(100)));
    }
    Collections.shuffle(heartbeats, random);
    var batches = new ArrayList<List<StoredHeartbeat>>();
    for (var from = 0; from < heartbeats.size(); ) {
      var until = Math.min(heartbeats.size(), from + 1 + random.nextInt(8));
      batches.add(heartbeats.subList(from, until));
      from = until;
    }
    return batches;
  }
}
