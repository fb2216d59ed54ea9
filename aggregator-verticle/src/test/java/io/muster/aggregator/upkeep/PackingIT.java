package io.muster.aggregator.upkeep;

import static io.muster.aggregator.History.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  /** A leap day. */
  private static final LocalDate DAY = LocalDate.of(2028, 2, 29);

  private static final Instant MIDNIGHT = DAY.atStartOfDay(ZoneOffset.UTC).toInstant();
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Beats beats = Beats.in(postgres.database());
  private final Vertx vertx = postgres.vertx();
  private Instant now = MIDNIGHT.plus(Duration.ofDays(3));

  @BeforeEach
  void partitions() {
    beats.partitions(DAY);
  }

  @AfterEach
  void forget() {
    beats.forget();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void run_anyBeats_readsTheSameBeforeAndAfter(long seed) {
    var random = new Random(seed);
    for (var client : clients(4)) {
      beats.store(client, anyInstants(random), random);
      beats.store(client, anyInstants(random).subList(0, 5), random);
    }
    var before = beats.all();

    var upkeep = run();

    assertThat(beats.all()).hasSizeGreaterThan(1000).isEqualTo(before);
    assertThat(beats.count("heartbeat_20280229")).isEqualTo("[0]");
    assertThat(upkeep.counts().packedHeartbeats()).isEqualTo(before.size());
    assertThat(
            beats
                .history()
                .rows(
                    "SELECT ms FROM heartbeat_pack WHERE ms <> (SELECT array_agg(m ORDER BY m) FROM"
                        + " unnest(ms) m)"))
        .isEmpty();
  }

  @Test
  void run_beatsOfOtherDays_staysOffThem() {
    var client = beats.client();
    var around =
        List.of(MIDNIGHT.minusMillis(1), MIDNIGHT, midnight(1).minusMillis(1), midnight(1));
    beats.store(client, around, new Random(1));
    beats.store(client, Beats.everyTenSeconds(MIDNIGHT, 1), new Random(1));

    run();

    assertThat(beats.count("heartbeat_20280228")).isEqualTo("[1]");
    assertThat(beats.count("heartbeat_20280301")).isEqualTo("[1]");
    assertThat(beats.history().row("SELECT sum(n) FROM heartbeat_pack")).isEqualTo("[361]");
  }

  @Test
  void run_dayThatEndedLessThanTwoDaysAgo_staysRaw() {
    beats.store(beats.client(), Beats.everyTenSeconds(MIDNIGHT, 2), new Random(1));
    now = midnight(3).minusMillis(1);
    run();
    assertThat(beats.tables()).doesNotContain("heartbeat_pack_20280229");

    now = midnight(3);
    run();
    assertThat(beats.tables()).contains("heartbeat_pack_20280229");
  }

  @Test
  void run_fewBeatsInEachHour_staysRaw() {
    var fewInEachHour =
        IntStream.range(0, 24 * 11).mapToObj(i -> MIDNIGHT.plusSeconds(i * 3600L / 11)).toList();
    beats.store(beats.client(), fewInEachHour, new Random(1));

    var upkeep = run();

    assertThat(beats.count("heartbeat_20280229")).isEqualTo("[264]");
    assertThat(upkeep.counts().packedDays()).isZero();
  }

  @Test
  void run_lateBeatsAfterPacking_arePackedWhenNoMoreCanCome() {
    var client = beats.client();
    var stranger = beats.client();
    beats.store(client, Beats.everyTenSeconds(MIDNIGHT, 3), new Random(1));
    run();
    beats.store(client, List.of(MIDNIGHT.plusMillis(5), MIDNIGHT.plusSeconds(10)), new Random(2));
    beats.store(stranger, List.of(MIDNIGHT.plusSeconds(7)), new Random(3));
    var all = beats.all();
    assertThat(all).hasSize(1080 + 2);

    now = midnight(9).minusMillis(1);
    run();
    assertThat(beats.count("heartbeat_20280229")).isEqualTo("[2]");

    now = midnight(9);
    run();
    assertThat(beats.tables())
        .contains("heartbeat_pack_20280229")
        .doesNotContain("heartbeat_20280229");
    assertThat(beats.all()).isEqualTo(all);
    assertThat(
            beats
                .history()
                .rows("SELECT n FROM heartbeat_pack WHERE client_ref = " + client + " ORDER BY n"))
        .containsExactly("[1]", "[360]", "[360]", "[360]");
  }

  @Test
  void run_beatBetweenTheLastPackingAndTheEndOfTheRawPartition_isKept() {
    var client = beats.client();
    beats.store(client, Beats.everyTenSeconds(MIDNIGHT, 1), new Random(1));
    run();
    var detached =
        postgres
            .database()
            .withDedicatedConnection(
                LIMIT,
                sql ->
                    sql.query(
                            "ALTER TABLE heartbeat DETACH PARTITION heartbeat_20280229"
                                + " CONCURRENTLY")
                        .execute());
    await(detached);
    beats
        .history()
        .rows(
            "INSERT INTO heartbeat_20280229 VALUES ('2028-02-29T05:00:00.123Z', 1, 2, "
                + client
                + ", 4, 5, 6, 7)");

    now = midnight(9);
    run();

    assertThat(beats.tables()).doesNotContain("heartbeat_20280229");
    assertThat(beats.all())
        .hasSize(361)
        .last()
        .asString()
        .contains("T05:00:00.123Z, 4, 5, 6, 1, 2, 7");
  }

  @Test
  void run_again_changesNothing() {
    beats.store(beats.client(), Beats.everyTenSeconds(MIDNIGHT, 1), new Random(1));
    run();
    var all = beats.all();

    var again = run();

    assertThat(beats.all()).isEqualTo(all);
    assertThat(again.counts().packedDays()).isZero();
  }

  @Test
  void run_hoursWithoutRollUp_packsThemToo() {
    var client = beats.client();
    beats.store(client, Beats.everyTenSeconds(MIDNIGHT, 6), new Random(1));
    beats.history().rows("DELETE FROM client_hour WHERE hour < '2028-02-29T02:00Z'");
    beats.history().rows("UPDATE client_hour SET n = n + 1 WHERE hour = '2028-02-29T03:00Z'");
    var all = beats.all();

    run();

    assertThat(beats.all()).hasSize(2160).isEqualTo(all);
    assertThat(beats.count("heartbeat_20280229")).isEqualTo("[0]");
  }

  @Test
  void run_withoutPacking_leavesEverythingRaw() {
    beats.store(beats.client(), Beats.everyTenSeconds(MIDNIGHT, 1), new Random(1));
    var config = new UpkeepConfig(Retention.USUAL, Optional.empty());

    await(new Upkeep(vertx, config, () -> now, postgres.database()).run());

    assertThat(beats.count("heartbeat_20280229")).isEqualTo("[360]");
  }

  @Test
  void turn_databaseSaysNo_isTroubleUntilItWorks() {
    beats.store(beats.client(), Beats.everyTenSeconds(MIDNIGHT, 1), new Random(1));
    beats.history().rows("CREATE TABLE heartbeat_pack_20280229 (x int)");
    beats.history().rows("CREATE VIEW shown AS SELECT * FROM heartbeat_pack_20280229");
    var upkeep = upkeep();

    assertThatThrownBy(() -> await(upkeep.turn())).hasMessageContaining("heartbeat_pack_20280229");
    assertThat(upkeep.counts().failures()).isEqualTo(1);
    assertThat(upkeep.trouble()).get().asString().contains("heartbeat_pack_20280229");
    assertThat(beats.count("heartbeat_20280229")).isEqualTo("[360]");

    beats.history().rows("DROP TABLE heartbeat_pack_20280229 CASCADE");
    await(upkeep.turn());
    assertThat(upkeep.trouble()).isEmpty();
    assertThat(beats.count("heartbeat_20280229")).isEqualTo("[0]");
  }

  @Test
  void turn_databaseIsAway_isNoTroubleOfItsOwn() {
    var away = postgres.open(vertx, () -> now);
    await(away.whenReady());
    await(away.close());
    var upkeep = new Upkeep(vertx, UpkeepConfig.USUAL, () -> now, away);

    assertThatThrownBy(() -> await(upkeep.turn())).hasMessageContaining("closed");

    assertThat(upkeep.counts().failures()).isEqualTo(1);
    assertThat(upkeep.trouble()).isEmpty();
  }

  private Upkeep run() {
    var upkeep = upkeep();
    await(upkeep.run());
    return upkeep;
  }

  private Upkeep upkeep() {
    return new Upkeep(vertx, UpkeepConfig.USUAL, () -> now, postgres.database());
  }

  private List<Integer> clients(int number) {
    return Stream.generate(beats::client).limit(number).toList();
  }

  private static Instant midnight(int days) {
    return MIDNIGHT.plus(Duration.ofDays(days));
  }

  /** Bursts of several in a second, gaps of hours, the first and the last millisecond. */
  private static List<Instant> anyInstants(Random random) {
    var instants = new ArrayList<>(List.of(MIDNIGHT, midnight(1).minusMillis(1)));
    var at = 0L;
    while (at < 86_400_000L) {
      instants.add(MIDNIGHT.plusMillis(at));
      at +=
          random.nextInt(100) == 0
              ? random.nextInt(10_000_000)
              : 1 + random.nextInt(random.nextBoolean() ? 300 : 60_000);
    }
    Collections.shuffle(instants, random);
    return instants;
  }
}
