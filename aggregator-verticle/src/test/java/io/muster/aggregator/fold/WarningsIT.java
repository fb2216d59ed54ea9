package io.muster.aggregator.fold;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static io.muster.schema.client.Warning.DISK_CRITICAL;
import static io.muster.schema.client.Warning.DISK_FULL;
import static io.muster.schema.client.Warning.GPU_CRITICAL;
import static io.muster.schema.client.Warning.GPU_FAULT;
import static io.muster.schema.client.Warning.GPU_HOT;
import static io.muster.schema.client.Warning.GPU_LOST;
import static io.muster.schema.client.Warning.MEMORY_FULL;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.History;
import io.muster.schema.client.Warning;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One client, a heartbeat every ten seconds, a fold after each of them. */
class WarningsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final int WARM = 4;
  private static final int HOT = 1 | WARM;
  private static final int CRITICAL = 2 | HOT;
  private static final int FAULT = 8;

  private Instant now = NOON.minus(Duration.ofHours(2));
  private History history;
  private PostgresFold fold;
  private String client;

  @BeforeEach
  void open() {
    history = new History(postgres.database());
    fold = new PostgresFold(postgres.database(), () -> now);
    history.rows("TRUNCATE client, client_hour, client_day, heartbeat CASCADE");
    client = history.client();
  }

  @Test
  void gpuHot_threeHeartbeatsInARow_comesAndGoesFiveMinutesAfterTheLastWarmOne() {
    assertThat(beats(2, flags(HOT))).containsOnly(List.of());
    assertThat(beats(1, flags(0))).containsOnly(List.of());
    assertThat(beats(2, flags(HOT))).containsOnly(List.of());
    assertThat(beats(1, flags(HOT))).containsOnly(List.of(GPU_HOT));
    assertThat(beats(40, flags(WARM))).containsOnly(List.of(GPU_HOT));
    assertThat(beats(30, flags(0))).containsOnly(List.of(GPU_HOT));
    assertThat(beats(1, flags(0))).containsOnly(List.of());
    assertThat(beats(40, flags(WARM))).containsOnly(List.of());
  }

  @Test
  void gpuHot_warmAgainWithinFiveMinutes_stays() {
    beats(3, flags(HOT));
    assertThat(beats(30, flags(0))).containsOnly(List.of(GPU_HOT));
    assertThat(beats(1, flags(WARM))).containsOnly(List.of(GPU_HOT));
    assertThat(beats(30, flags(0))).containsOnly(List.of(GPU_HOT));
    assertThat(beats(1, flags(0))).containsOnly(List.of());
  }

  @Test
  void gpuCritical_oneHeartbeat_comesWithGpuHotAndStaysUntilCool() {
    assertThat(beats(1, flags(CRITICAL))).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(beats(40, flags(HOT))).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(beats(30, flags(0))).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(beats(1, flags(0))).containsOnly(List.of());
  }

  @Test
  void gpuFault_comesAtOnceAndGoesAfterFiveMinutes() {
    assertThat(beats(1, flags(FAULT))).containsOnly(List.of(GPU_FAULT));
    assertThat(beats(30, flags(0))).containsOnly(List.of(GPU_FAULT));
    assertThat(beats(1, flags(0))).containsOnly(List.of());
  }

  @Test
  void disk_limits_haveFivePercentBetweenComingAndGoing() {
    assertThat(beats(5, disk(89))).containsOnly(List.of());
    assertThat(beats(1, disk(90))).containsOnly(List.of(DISK_FULL));
    assertThat(beats(40, disk(86))).containsOnly(List.of(DISK_FULL));
    assertThat(beats(1, disk(95))).containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(beats(40, disk(91))).containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(beats(30, disk(90))).containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(beats(1, disk(90))).containsOnly(List.of(DISK_FULL));
    assertThat(beats(30, disk(85))).containsOnly(List.of(DISK_FULL));
    assertThat(beats(1, disk(85))).containsOnly(List.of());
  }

  @Test
  void memory_fiveMinutesWithoutABreak_isFull() {
    assertThat(beats(30, mem(95))).containsOnly(List.of());
    assertThat(beats(1, mem(94))).containsOnly(List.of());
    assertThat(beats(30, mem(95))).containsOnly(List.of());
    assertThat(beats(1, mem(95))).containsOnly(List.of(MEMORY_FULL));
    assertThat(beats(40, mem(91))).containsOnly(List.of(MEMORY_FULL));
    assertThat(beats(30, mem(90))).containsOnly(List.of(MEMORY_FULL));
    assertThat(beats(1, mem(90))).containsOnly(List.of());
  }

  @Test
  void memory_fullBeforeAndAfterAnHourOfSilence_isNotFullAllTheTime() {
    beats(5, mem(99));
    now = now.plus(Duration.ofHours(1));

    assertThat(beats(30, mem(99))).containsOnly(List.of());
    assertThat(beats(1, mem(99))).containsOnly(List.of(MEMORY_FULL));
  }

  @Test
  void gpuLost_fewerThanThereWere_untilTheyAreBack() {
    assertThat(beats(3, devices(4))).containsOnly(List.of());
    assertThat(beats(40, devices(3))).containsOnly(List.of(GPU_LOST));
    assertThat(beats(1, devices(4))).containsOnly(List.of());
    assertThat(beats(1, devices(0))).containsOnly(List.of(GPU_LOST));
  }

  @Test
  void gpuLost_forADay_isHowItIs() {
    beats(3, devices(4));
    now = now.plus(Duration.ofMinutes(1));
    assertThat(beats(1, devices(3))).containsOnly(List.of(GPU_LOST));
    now = now.plus(Duration.ofHours(24));
    assertThat(beats(1, devices(3))).containsOnly(List.of(GPU_LOST));
    now = now.plus(Duration.ofHours(1));
    assertThat(beats(1, devices(3))).containsOnly(List.of());
  }

  @Test
  void warnings_ofASilentHost_stay() {
    beats(3, devices(4));
    beats(3, beat -> beat.withDevices(3).withDisk(96).withMem(99).withFlags(CRITICAL | FAULT));
    var before = warnings();
    assertThat(before).hasSize(6);

    for (var hours = 0; hours < 60; hours++) {
      now = now.plus(Duration.ofHours(1));
      await(fold.fold());
      assertThat(warnings()).isEqualTo(before);
    }
    // Back and cool: for less than five minutes, as far as anybody knows.
    assertThat(beats(1, devices(4)))
        .containsOnly(List.of(GPU_HOT, DISK_FULL, GPU_FAULT, GPU_CRITICAL, DISK_CRITICAL));
  }

  @Test
  void warnings_ofAHealthyHost_areNone() {
    assertThat(beats(40, UnaryOperator.identity())).containsOnly(List.of());
  }

  @Test
  void warnings_backlogInAnyOrder_areThoseOfTheNewest() {
    var from = now;
    var beats = new ArrayList<Told>();
    for (var i = 0; i <= 31; i++) {
      beats.add(Told.at(from.plus(BEAT.multipliedBy(i))).withMem(96).withFlags(HOT));
    }
    now = from.plus(BEAT.multipliedBy(31));
    for (var i = beats.size() - 1; i >= 0; i -= 2) {
      tell(beats.get(i));
    }
    await(fold.fold());
    assertThat(warnings()).containsExactly(GPU_HOT, MEMORY_FULL);
    for (var i = 0; i < beats.size(); i += 2) {
      tell(beats.get(i));
    }
    await(fold.fold());
    assertThat(warnings()).containsExactly(GPU_HOT, MEMORY_FULL);
  }

  /** So many heartbeats; yields the warnings after each. */
  private List<List<Warning>> beats(int number, UnaryOperator<Told> form) {
    var seen = new ArrayList<List<Warning>>();
    for (var i = 0; i < number; i++) {
      now = now.plus(BEAT);
      tell(form.apply(Told.at(now)));
      await(fold.fold());
      seen.add(warnings());
    }
    return seen;
  }

  private void tell(Told beat) {
    await(postgres.database().withConnection(sql -> Teller.tell(sql, client, now, List.of(beat))));
  }

  private List<Warning> warnings() {
    var mask =
        Integer.parseInt(
            history.of(client, "warn_mask", "client_state").get(0).replaceAll("[^0-9]", ""));
    return Arrays.stream(Warning.values()).filter(warning -> warning.isIn(mask)).toList();
  }

  private static UnaryOperator<Told> flags(int mask) {
    return beat -> beat.withFlags(mask);
  }

  private static UnaryOperator<Told> disk(int percent) {
    return beat -> beat.withDisk(percent);
  }

  private static UnaryOperator<Told> mem(int percent) {
    return beat -> beat.withMem(percent);
  }

  private static UnaryOperator<Told> devices(int number) {
    return beat -> beat.withDevices(number);
  }
}
