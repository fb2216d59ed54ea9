package io.muster.collector.energy;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the counters of one ledger on disk, on a thread of its own: once a minute at most, and at
 * the end. Nobody waits for the disk; while it takes nothing, the counters go on in memory. A kill
 * costs the last minute of what was counted by power; where the hardware counts, nothing. Confined
 * to the context that opened it; {@link #isWritable} may be asked by any thread.
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
   * Lets the counters go on where the directory says that they were. Never fails: a file that
   * cannot be used is logged and set aside, and the counters begin anew.
   *
   * @param clientId the host whose counters these are
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
        .executeBlocking(() -> load(file))
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
      log.warn("energy counters begin anew file={} reason={}", file.file(), e.toString());
      setAside(file);
      return List.of();
    }
  }

  private static void setAside(EnergyFile file) {
    try {
      file.setAside();
    } catch (IOException e) {
      log.debug("file cannot be set aside, a save replaces it reason={}", e.toString());
    }
  }

  /** Saves if the last time was a minute ago and is over. To be called at each tick. */
  public void saveIfDue() {
    long nowNanos = nanoTime.getAsLong();
    if (pendingSave.isComplete() && nowNanos - lastAttemptNanos >= SAVE_INTERVAL_NANOS) {
      lastAttemptNanos = nowNanos;
      pendingSave = save();
    }
  }

  /** Completes when the save under way, if there is one, is over. */
  Future<Void> pendingSave() {
    return pendingSave;
  }

  /** Saves and ends, but not for longer than some seconds. */
  public Future<Void> close() {
    return pendingSave
        .compose(done -> save())
        .timeout(CLOSE_TIMEOUT_SECONDS, SECONDS)
        .otherwiseEmpty() // a disk that hangs must not hold up the stop
        .eventually(executor::close);
  }

  /** Whether the last save succeeded. */
  public boolean isWritable() {
    return writable;
  }

  /** Never fails. */
  private Future<Void> save() {
    var savedCounters = energyCounters.snapshot();
    return executor.executeBlocking(() -> write(savedCounters)).transform(this::recordSaveResult);
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
      log.info("energy counters are saved again file={}", file.file());
    } else {
      log.warn("energy counters cannot be saved, a restart loses them reason={}", cause.toString());
    }
  }
}
