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
public final class EnergyJournal {
  static final long SAVE_NANOS = SECONDS.toNanos(60);

  private static final Logger log = LoggerFactory.getLogger(EnergyJournal.class);
  private static final long CLOSE_SECONDS = 5;

  private final WorkerExecutor thread;
  private final EnergyFile file;
  private final EnergyLedger ledger;
  private final LongSupplier nanoTime;
  private Future<Void> save = Future.succeededFuture();
  private long triedAtNanos;
  private volatile boolean writable = true;

  private EnergyJournal(
      WorkerExecutor thread, EnergyFile file, EnergyLedger ledger, LongSupplier nanoTime) {
    this.thread = thread;
    this.file = file;
    this.ledger = ledger;
    this.nanoTime = nanoTime;
    this.triedAtNanos = nanoTime.getAsLong();
  }

  /**
   * Lets the counters go on where the directory says that they were. Never fails: a file that
   * cannot be used is logged and set aside, and the counters begin anew.
   *
   * @param clientId the host whose counters these are
   * @param nanoTime elapsed time, ns
   */
  public static Future<EnergyJournal> open(
      Vertx vertx, Path directory, String clientId, EnergyLedger ledger, LongSupplier nanoTime) {
    var thread = vertx.createSharedWorkerExecutor("muster-energy", 1);
    var file = new EnergyFile(directory, clientId);
    return thread
        .executeBlocking(() -> load(file))
        .map(
            totals -> {
              ledger.restore(totals);
              return new EnergyJournal(thread, file, ledger, nanoTime);
            });
  }

  private static List<EnergyTotal> load(EnergyFile file) {
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
  public void tick() {
    long now = nanoTime.getAsLong();
    if (save.isComplete() && now - triedAtNanos >= SAVE_NANOS) {
      triedAtNanos = now;
      save = save();
    }
  }

  /** Completes when the save under way, if there is one, is over. */
  Future<Void> saving() {
    return save;
  }

  /** Saves and ends, but not for longer than some seconds. */
  public Future<Void> close() {
    return save.compose(done -> save())
        .timeout(CLOSE_SECONDS, SECONDS)
        .otherwiseEmpty() // a disk that hangs must not hold up the stop
        .eventually(thread::close);
  }

  /** Whether the last save succeeded. */
  public boolean isWritable() {
    return writable;
  }

  /** Never fails. */
  private Future<Void> save() {
    var totals = ledger.totals();
    return thread.executeBlocking(() -> write(totals)).transform(this::saved);
  }

  private @Nullable Void write(List<EnergyTotal> totals) throws IOException {
    file.save(totals);
    return null;
  }

  private Future<Void> saved(AsyncResult<Void> done) {
    if (done.succeeded() != writable) {
      writable = done.succeeded();
      logWritable(done.cause());
    }
    return Future.succeededFuture();
  }

  private void logWritable(@Nullable Throwable cause) {
    if (cause == null) {
      log.info("energy counters are saved again file={}", file.file());
    } else {
      log.warn("energy counters cannot be saved, a restart loses them reason={}", cause.toString());
    }
  }
}
