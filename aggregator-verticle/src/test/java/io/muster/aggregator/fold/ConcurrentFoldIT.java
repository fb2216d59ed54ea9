package io.muster.aggregator.fold;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.History;
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

/** Folds while heartbeats of several days come in, in any order and in any batches. */
class ConcurrentFoldIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(Duration.ofHours(12));
  private static final int CLIENTS = 6;
  private static final int BEATS_OF_A_CLIENT = 400;

  /** What the days of the heartbeats come to, and the folded days: no row when they are equal. */
  private static final String DIFFERENCES =
      """
      WITH told AS (
        SELECT client_ref, (ts AT TIME ZONE 'UTC')::date AS day, max(ts) AS last_ts, count(*) AS n, sum(cpu) AS cpu_sum,
          sum(mem) AS mem_sum, sum(disk) AS disk_sum, sum(net_up) AS net_up, sum(net_down) AS net_down,
          count(DISTINCT date_bin('2 min', ts, '2000-01-01Z')) AS slots
        FROM heartbeat GROUP BY 1, 2),
      folded AS (SELECT client_ref, day, last_ts, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slots FROM client_day)
      (TABLE told EXCEPT TABLE folded) UNION ALL (TABLE folded EXCEPT TABLE told)\
      """;

  private static final String STATE_DIFFERENCES =
      """
      WITH told AS (
        SELECT h.client_ref, count(DISTINCT date_bin('2 min', ts, '2000-01-01Z')) FILTER (WHERE ts < $1::timestamptz) AS before,
          count(DISTINCT date_bin('2 min', ts, '2000-01-01Z')) FILTER (WHERE ts >= $1) AS today,
          count(DISTINCT (ts AT TIME ZONE 'UTC')::date) AS days
        FROM heartbeat h GROUP BY 1)
      SELECT * FROM told JOIN client_state s USING (client_ref)
      WHERE (before, today, days) IS DISTINCT FROM (s.slots_before, s.slots_today, s.uptime_days)\
      """;

  private final Random random = new Random(20);
  private volatile Instant now = NOON;
  private History history;
  private PostgresFold fold;

  @BeforeEach
  void open() {
    history = new History(postgres.database());
    fold = new PostgresFold(postgres.database(), () -> now);
    history.rows("TRUNCATE client, client_hour, client_day, heartbeat CASCADE");
  }

  @Test
  void folds_whileHeartbeatsComeIn_endAtWhatThereIs() {
    var clients = history.clients(CLIENTS);
    var tellers = clients.stream().map(client -> told(client, batches())).toList();
    var folds = foldsUntil(Future.join(tellers));
    await(Future.join(tellers));
    assertThat(await(folds)).isGreaterThan(3);

    now = NOON.plus(Duration.ofMinutes(3));
    assertThat(await(fold.fold())).isPresent();
    assertThat(history.rows(DIFFERENCES)).isEmpty();
    assertThat(history.rows(STATE_DIFFERENCES, MIDNIGHT.atOffset(ZoneOffset.UTC))).isEmpty();
    assertThat(history.rows("SELECT * FROM client_day_stale")).isEmpty();
    assertThat(history.heartbeats()).isEqualTo(CLIENTS * BEATS_OF_A_CLIENT);
  }

  @Test
  void folds_twoAtOnce_changeEverythingOnce() {
    var clients = history.clients(CLIENTS);
    await(Future.join(clients.stream().map(client -> told(client, batches())).toList()));
    var both = IntStream.range(0, 4).mapToObj(i -> fold.fold()).toList();
    await(Future.join(both));
    now = NOON.plus(Duration.ofMinutes(3));
    await(fold.fold());

    assertThat(history.rows(DIFFERENCES)).isEmpty();
    assertThat(history.rows(STATE_DIFFERENCES, MIDNIGHT.atOffset(ZoneOffset.UTC))).isEmpty();
  }

  /** One batch after the other. */
  private Future<Void> told(String client, List<List<Told>> batches) {
    var chain = Future.<Void>succeededFuture();
    for (var batch : batches) {
      chain =
          chain.compose(
              done ->
                  postgres.database().withTransaction(sql -> Teller.tell(sql, client, now, batch)));
    }
    return chain;
  }

  private Future<Integer> foldsUntil(Future<?> end) {
    return fold.fold()
        .compose(
            folded ->
                end.isComplete()
                    ? Future.succeededFuture(1)
                    : foldsUntil(end).map(number -> number + folded.map(f -> 1).orElse(0)));
  }

  /** Of today and the three days before, each in a random place. */
  private List<List<Told>> batches() {
    var beats = new ArrayList<Told>();
    var step = Duration.ofHours(84).dividedBy(BEATS_OF_A_CLIENT);
    for (var i = 0; i < BEATS_OF_A_CLIENT; i++) {
      beats.add(Told.at(NOON.minus(step.multipliedBy(i + 1L))).withMem(random.nextInt(100)));
    }
    Collections.shuffle(beats, random);
    var batches = new ArrayList<List<Told>>();
    for (var from = 0; from < beats.size(); ) {
      var until = Math.min(beats.size(), from + 1 + random.nextInt(8));
      batches.add(beats.subList(from, until));
      from = until;
    }
    return batches;
  }
}
