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

class EnergyJournalTest {
  private static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  private static final double WATTS = 100;

  private final Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong nanos = new AtomicLong();
  private EnergyLedger ledger = ledger();

  EnergyJournalTest(@TempDir Path folder) {
    this.directory = folder.resolve("energy");
  }

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(20, SECONDS);
  }

  @Test
  void open_nothingThere_beginsAtNothingAndWritesNothing() throws Exception {
    open();

    assertThat(ledger.totals()).isEmpty();
    assertThat(directory).doesNotExist();
  }

  @Test
  void close_thenOpen_goesOnWhereItWas() throws Exception {
    var journal = open();
    run(journal, 30);
    await(journal::close);
    assertThat(joules()).isEqualTo(30 * WATTS);

    restart();
    open();

    assertThat(joules()).isEqualTo(30 * WATTS);
  }

  @Test
  void tick_withinAMinute_savesOnce() throws Exception {
    var journal = open();
    run(journal, 59);
    assertThat(directory).doesNotExist();

    run(journal, 1);
    assertThat(kept()).isEqualTo(60 * WATTS);

    run(journal, 59);
    assertThat(kept()).isEqualTo(60 * WATTS);
    run(journal, 1);
    assertThat(kept()).isEqualTo(120 * WATTS);
  }

  @Test
  void open_afterAKill_losesTheLastMinuteAtMost() throws Exception {
    for (int kill = 0; kill < 5; kill++) {
      double before = joules();
      run(open(), 60 + 7 * kill);
      double after = joules();
      restart();
      await(this::opened);
      assertThat(joules()).isBetween(after - 60 * WATTS, after).isGreaterThan(before);
      restart();
    }
  }

  @Test
  void tick_diskTakesNothing_countsOnInMemoryAndRecovers() throws Exception {
    Files.createFile(directory);
    var journal = open();
    assertThat(journal.isWritable()).isTrue();

    run(journal, 60);
    assertThat(journal.isWritable()).isFalse();
    run(journal, 60);
    assertThat(joules()).isEqualTo(120 * WATTS);

    Files.delete(directory);
    run(journal, 60);
    assertThat(journal.isWritable()).isTrue();
    assertThat(kept()).isEqualTo(180 * WATTS);
  }

  @Test
  void open_damagedFile_beginsAnewAndIsSavedAgain() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("counters"), "something else");

    var journal = open();
    assertThat(ledger.totals()).isEmpty();
    assertThat(directory.resolve("counters.skipped")).hasContent("something else");
    run(journal, 60);

    assertThat(kept()).isEqualTo(60 * WATTS);
  }

  @Test
  void close_diskTakesNothing_ends() throws Exception {
    Files.createFile(directory);
    var journal = open();
    run(journal, 3);

    await(journal::close);

    assertThat(journal.isWritable()).isFalse();
  }

  private EnergyJournal open() throws TimeoutException {
    var journal = await(this::opened);
    ledger.meter(drawing());
    return journal;
  }

  private Future<EnergyJournal> opened() {
    return EnergyJournal.open(vertx, directory, CLIENT, ledger, nanos::get);
  }

  /** A tick each second. */
  private void run(EnergyJournal journal, int seconds) throws TimeoutException {
    for (int second = 0; second < seconds; second++) {
      nanos.addAndGet(SECONDS.toNanos(1));
      ledger.meter(drawing());
      await(
          () -> {
            journal.tick();
            return journal.saving();
          });
    }
  }

  /** A new process: another zero of its clock, and no memory. */
  private void restart() {
    nanos.set(nanos.get() / 2 - SECONDS.toNanos(100_000));
    ledger = ledger();
  }

  private EnergyLedger ledger() {
    return new EnergyLedger(Duration.ofSeconds(1), nanos::get, () -> Instant.EPOCH);
  }

  private double joules() {
    return ledger.totals().stream().mapToDouble(EnergyTotal::joules).sum();
  }

  private double kept() throws IOException {
    return new EnergyFile(directory, CLIENT).load().stream().mapToDouble(EnergyTotal::joules).sum();
  }

  private <T> T await(Supplier<Future<T>> call) throws TimeoutException {
    var promise = Promise.<T>promise();
    context.runOnContext(started -> call.get().onComplete(promise));
    return promise.future().await(20, SECONDS);
  }

  private static Readings drawing() {
    var chassis = FrameTestData.readings("gpu-01").chassis().get(0);
    return new Readings(
        List.of(),
        List.of(),
        List.of(),
        List.of(chassis.withTotalPowerWatts(OptionalDouble.of(WATTS))),
        List.of(),
        List.of());
  }
}
