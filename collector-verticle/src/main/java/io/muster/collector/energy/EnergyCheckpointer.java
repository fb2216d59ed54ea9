package io.muster.collector.energy;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the energy counters of one host to disk on a separate thread, at most once a minute and at
 * the end. No caller waits for the disk; while the disk is not writable, counting continues in
 * memory. If the process is killed, energy of at most the last minute is lost, and only where the
 * hardware has no counter. Confined to the context that opened it; {@link #problem} may be called
 * by any thread.
 */
public final class EnergyCheckpointer {
  static final long SAVE_INTERVAL_NANOS = SECONDS.toNanos(60);

  private static final Logger log = LoggerFactory.getLogger(EnergyCheckpointer.class);
  private static final long CLOSE_TIMEOUT_SECONDS = 5;

  private final WorkerExecutor executor;
  private final EnergyFile file;
  private final EnergyCounters energyCounters;
  private final LongSupplier nanoTime;
  private Future<Void> pendingSave = Future.succeededFuture();
  private long lastAttemptNanos;
  private volatile boolean writable = true;

  private EnergyCheckpointer(
      WorkerExecutor executor,
      EnergyFile file,
      EnergyCounters energyCounters,
      LongSupplier nanoTime) {
    this.executor = executor;
    this.file = file;
    this.energyCounters = energyCounters;
    this.nanoTime = nanoTime;
    this.lastAttemptNanos = nanoTime.getAsLong();
  }

  /**
   * Restores the counters that the directory contains. Never fails: an unusable file is logged and
   * renamed, and the counters restart from zero.
   *
   * @param clientId the host of the counters
   * @param nanoTime elapsed time, ns
   */
  public static Future<EnergyCheckpointer> open(
      Vertx vertx,
      Path directory,
      String clientId,
      EnergyCounters energyCounters,
      LongSupplier nanoTime) {
    var executor = vertx.createSharedWorkerExecutor("muster-energy", 1);
    var file = new EnergyFile(directory, clientId);
    return executor
        .executeBlocking(() -> load(file), false)
        .map(
            savedCounters -> {
              energyCounters.restore(savedCounters);
              return new EnergyCheckpointer(executor, file, energyCounters, nanoTime);
            });
  }

  private static List<SavedEnergyCounter> load(EnergyFile file) {
    try {
      return file.load();
    } catch (IOException e) {
      log.warn("energy counters restart from zero file={} reason={}", file.file(), e.toString());
      setAside(file);
      return List.of();
    }
  }

  private static void setAside(EnergyFile file) {
    try {
      file.setAside();
    } catch (IOException e) {
      log.debug("energy file cannot be renamed, the next save replaces it reason={}", e.toString());
    }
  }

  /**
   * Saves if the last save began at least a minute ago and has ended. To be called at each tick.
   */
  public void saveIfDue() {
    long nowNanos = nanoTime.getAsLong();
    if (pendingSave.isComplete() && nowNanos - lastAttemptNanos >= SAVE_INTERVAL_NANOS) {
      lastAttemptNanos = nowNanos;
      pendingSave = save();
    }
  }

  /** Completes when the save in progress, if any, has ended. */
  Future<Void> pendingSave() {
    return pendingSave;
  }

  /** Saves the counters once more, for at most 5 s, and closes the thread. */
  public Future<Void> close() {
    return pendingSave
        .compose(done -> save())
        .timeout(CLOSE_TIMEOUT_SECONDS, SECONDS)
        .otherwiseEmpty() // a hung disk must not block the stop
        .eventually(executor::close);
  }

  /** The reason why the counters are not saved, if there is one. May be called by any thread. */
  public Optional<String> problem() {
    return writable ? Optional.empty() : Optional.of("the energy counters cannot be saved");
  }

  /** Saves the counters; never fails. */
  private Future<Void> save() {
    var savedCounters = energyCounters.snapshot();
    return executor
        .executeBlocking(() -> write(savedCounters), false)
        .transform(this::recordSaveResult);
  }

  private @Nullable Void write(List<SavedEnergyCounter> savedCounters) throws IOException {
    file.save(savedCounters);
    return null;
  }

  private Future<Void> recordSaveResult(AsyncResult<Void> result) {
    if (result.succeeded() != writable) {
      writable = result.succeeded();
      logWritableChange(result.cause());
    }
    return Future.succeededFuture();
  }

  private void logWritableChange(@Nullable Throwable cause) {
    if (cause == null) {
      log.info("energy counters are writable again file={}", file.file());
    } else {
      log.warn(
          "energy counters are not writable, a restart loses them reason={}", cause.toString());
    }
  }
}
