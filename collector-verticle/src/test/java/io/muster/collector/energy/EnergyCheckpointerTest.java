package io.muster.collector.energy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyCheckpointerTest {
  private static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  private static final double POWER_WATTS = 100;

  private final Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong nanos = new AtomicLong();
  private EnergyCounters counters = newCounters();

  EnergyCheckpointerTest(@TempDir Path folder) {
    this.directory = folder.resolve("energy");
  }

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(20, SECONDS);
  }

  @Test
  void open_noFile_startsEmptyAndWritesNothing() throws Exception {
    open();

    assertThat(counters.snapshot()).isEmpty();
    assertThat(directory).doesNotExist();
  }

  @Test
  void close_thenOpen_resumesTheCounters() throws Exception {
    var checkpointer = open();
    runSeconds(checkpointer, 30);
    await(checkpointer::close);
    assertThat(joules()).isEqualTo(30 * POWER_WATTS);

    restart();
    open();

    assertThat(joules()).isEqualTo(30 * POWER_WATTS);
  }

  @Test
  void saveIfDue_withinAMinute_savesOnce() throws Exception {
    var checkpointer = open();
    runSeconds(checkpointer, 59);
    assertThat(directory).doesNotExist();

    runSeconds(checkpointer, 1);
    assertThat(savedJoules()).isEqualTo(60 * POWER_WATTS);

    runSeconds(checkpointer, 59);
    assertThat(savedJoules()).isEqualTo(60 * POWER_WATTS);
    runSeconds(checkpointer, 1);
    assertThat(savedJoules()).isEqualTo(120 * POWER_WATTS);
  }

  @Test
  void open_afterKill_losesAtMostOneMinute() throws Exception {
    for (int kill = 0; kill < 5; kill++) {
      double joulesBefore = joules();
      runSeconds(open(), 60 + 7 * kill);
      double joulesAfter = joules();
      restart();
      await(this::openCheckpointer);
      assertThat(joules())
          .isBetween(joulesAfter - 60 * POWER_WATTS, joulesAfter)
          .isGreaterThan(joulesBefore);
      restart();
    }
  }

  @Test
  void saveIfDue_diskNotWritable_countsInMemoryAndRecovers() throws Exception {
    Files.createFile(directory);
    var checkpointer = open();
    assertThat(checkpointer.problem()).isEmpty();

    runSeconds(checkpointer, 60);
    assertThat(checkpointer.problem()).isPresent();
    runSeconds(checkpointer, 60);
    assertThat(joules()).isEqualTo(120 * POWER_WATTS);

    Files.delete(directory);
    runSeconds(checkpointer, 60);
    assertThat(checkpointer.problem()).isEmpty();
    assertThat(savedJoules()).isEqualTo(180 * POWER_WATTS);
  }

  @Test
  void open_damagedFile_startsEmptyAndSavesAgain() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("counters"), "something else");

    var checkpointer = open();
    assertThat(counters.snapshot()).isEmpty();
    assertThat(directory.resolve("counters.skipped")).hasContent("something else");
    runSeconds(checkpointer, 60);

    assertThat(savedJoules()).isEqualTo(60 * POWER_WATTS);
  }

  @Test
  void close_diskNotWritable_completes() throws Exception {
    Files.createFile(directory);
    var checkpointer = open();
    runSeconds(checkpointer, 3);

    await(checkpointer::close);

    assertThat(checkpointer.problem()).isPresent();
  }

  private EnergyCheckpointer open() throws TimeoutException {
    var checkpointer = await(this::openCheckpointer);
    counters.count(chassisReadings());
    return checkpointer;
  }

  private Future<EnergyCheckpointer> openCheckpointer() {
    return EnergyCheckpointer.open(vertx, directory, CLIENT, counters, nanos::get);
  }

  /** Runs one tick per second. */
  private void runSeconds(EnergyCheckpointer checkpointer, int seconds) throws TimeoutException {
    for (int second = 0; second < seconds; second++) {
      nanos.addAndGet(SECONDS.toNanos(1));
      counters.count(chassisReadings());
      await(
          () -> {
            checkpointer.saveIfDue();
            return checkpointer.pendingSave();
          });
    }
  }

  /** Simulates a new process: another origin of its clock, and empty memory. */
  private void restart() {
    nanos.set(nanos.get() / 2 - SECONDS.toNanos(100_000));
    counters = newCounters();
  }

  private EnergyCounters newCounters() {
    return new EnergyCounters(Duration.ofSeconds(1), nanos::get, () -> Instant.EPOCH);
  }

  private double joules() {
    return counters.snapshot().stream().mapToDouble(SavedEnergyCounter::joules).sum();
  }

  private double savedJoules() throws IOException {
    return new EnergyFile(directory, CLIENT)
        .load().stream().mapToDouble(SavedEnergyCounter::joules).sum();
  }

  private <T> T await(Supplier<Future<T>> call) throws TimeoutException {
    var promise = Promise.<T>promise();
    context.runOnContext(started -> call.get().onComplete(promise));
    return promise.future().await(20, SECONDS);
  }

  private static Readings chassisReadings() {
    var chassis = FrameTestData.readings("gpu-01").chassis().get(0);
    return new Readings(
        List.of(),
        List.of(),
        List.of(),
        List.of(chassis.withTotalPowerWatts(OptionalDouble.of(POWER_WATTS))),
        List.of(),
        List.of());
  }
}
