package io.muster.collector.heartbeat;

import io.micrometer.core.instrument.Counter;
import io.muster.collector.heartbeat.spool.Spool;
import io.muster.collector.heartbeat.spool.SpoolBatch;
import io.muster.collector.heartbeat.spool.SpoolDisk;
import io.muster.collector.heartbeat.spool.SpoolRecord;
import io.muster.collector.heartbeat.spool.SpoolStatus;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single thread that accesses the spool, and the queue in front of it. Heartbeats that arrive
 * during a write are written together by the next one. Nothing waits for the disk: while it is not
 * writable, the newest {@link #MAX_QUEUED} are queued in memory, and the others are lost and
 * counted. Confined to the context that opened it, except for what is marked as used by the spool's
 * thread; {@link #status}, {@link #queuedHeartbeats} and {@link #isWritable} may be called by any
 * thread.
 */
final class SpoolWriter {
  static final int MAX_QUEUED = 2000;

  private static final Logger log = LoggerFactory.getLogger(SpoolWriter.class);
  private static final long CLOSE_TIMEOUT_SECONDS = 5;

  private final WorkerExecutor executor;
  private final Spool spool;
  private final Counter lost;
  private final Deque<SpoolRecord> queue = new ArrayDeque<>();
  private Future<Void> pendingWrite = Future.succeededFuture();
  private volatile SpoolStatus status;
  private volatile long queuedHeartbeats;
  private volatile boolean writable = true;
  private int writingCount;
  private boolean cursorWritable = true; // used by the spool's thread, as are the next two
  private boolean overflowing;
  private long loggedOverflowCount;

  private SpoolWriter(WorkerExecutor executor, Spool spool, Counter lost) {
    this.executor = executor;
    this.spool = spool;
    this.lost = lost;
    this.status = spool.status();
  }

  /**
   * Opens the spool; fails with the reason if the directory cannot be used.
   *
   * @param lost counts the heartbeats that are dropped, on disk or in the queue
   */
  static Future<SpoolWriter> open(
      Vertx vertx, HeartbeatConfig config, SpoolDisk disk, Counter lost) {
    var executor = vertx.createSharedWorkerExecutor("muster-spool", 1);
    return executor
        .executeBlocking(
            () -> Spool.open(config.directory(), config.spoolMaxBytes(), disk, lost), false)
        .map(spool -> new SpoolWriter(executor, spool, lost))
        .recover(cause -> executor.close().transform(closed -> Future.failedFuture(cause)));
  }

  /**
   * Queues a heartbeat. Completes when a write has ended, which need not contain this heartbeat.
   */
  Future<Void> append(SpoolRecord record) {
    queue.add(record);
    dropExcess();
    return write();
  }

  /** Writes the queue, unless it is empty or a write is in progress. */
  Future<Void> write() {
    if (!pendingWrite.isComplete()) {
      return pendingWrite;
    }
    if (queue.isEmpty()) {
      return Future.succeededFuture();
    }
    var batch = new ArrayDeque<>(queue);
    queue.clear();
    writingCount = batch.size();
    pendingWrite =
        executor
            .executeBlocking(() -> appendToSpool(batch), false)
            .transform(result -> finishWrite(batch, result));
    return pendingWrite;
  }

  /** Completes when everything is on disk. */
  Future<Void> flush() {
    return write().compose(done -> queue.isEmpty() ? Future.succeededFuture() : flush());
  }

  /** The oldest heartbeats. */
  Future<SpoolBatch> peek(int maxRecords, int maxBytes) {
    return executor.executeBlocking(() -> spool.peek(maxRecords, maxBytes), false);
  }

  /** Removes a batch; returns the number of its heartbeats that were still in the spool. */
  Future<Long> acknowledge(SpoolBatch batch) {
    return executor.executeBlocking(() -> acknowledgeInSpool(batch), false);
  }

  /** Flushes and closes, within 5 s. */
  Future<Void> close() {
    return flush()
        .recover(unwritten -> Future.succeededFuture()) // the write has logged the failure
        .compose(flushed -> executor.executeBlocking(this::closeSpool, false))
        .timeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .eventually(executor::close);
  }

  /** Status of the spool as of the last operation. */
  SpoolStatus status() {
    return status;
  }

  /** Heartbeats that are not on disk yet. */
  long queuedHeartbeats() {
    return queuedHeartbeats;
  }

  /** Returns true if the last write succeeded. */
  boolean isWritable() {
    return writable;
  }

  private Future<Void> finishWrite(Deque<SpoolRecord> batch, AsyncResult<Void> result) {
    while (!batch.isEmpty()) {
      queue.addFirst(batch.removeLast());
    }
    writingCount = 0;
    dropExcess();
    if (result.succeeded() != writable) {
      writable = result.succeeded();
      logWritableChange(result.cause());
    }
    return result.succeeded() ? Future.succeededFuture() : Future.failedFuture(result.cause());
  }

  private void logWritableChange(@Nullable Throwable cause) {
    if (cause == null) {
      log.info("spool is writable again queued={} lost={}", queue.size(), (long) lost.count());
    } else {
      log.warn(
          "spool is not writable, heartbeats are queued in memory reason={}", cause.toString());
    }
  }

  private void dropExcess() {
    var excessCount = Math.max(0, queue.size() - MAX_QUEUED);
    for (var index = 0; index < excessCount; index++) {
      queue.remove();
    }
    lost.increment(excessCount);
    queuedHeartbeats = (long) queue.size() + writingCount;
  }

  /** Runs on the spool's thread, like all methods below. */
  private @Nullable Void appendToSpool(Deque<SpoolRecord> batch) throws IOException {
    try {
      spool.append(batch);
      return null;
    } finally {
      status = spool.status();
      logOverflow();
    }
  }

  private long acknowledgeInSpool(SpoolBatch batch) throws IOException {
    try {
      return spool.acknowledge(batch);
    } finally {
      status = spool.status();
      logOverflow();
      saveCursor();
    }
  }

  private void saveCursor() {
    try {
      spool.saveCursor();
      cursorWritable = true;
    } catch (IOException e) {
      if (cursorWritable) {
        log.warn(
            "spool cursor is not writable, heartbeats are sent again after a restart reason={}",
            e.toString());
      }
      cursorWritable = false;
    }
  }

  private void logOverflow() {
    var overflowCount = status.overflowedHeartbeats();
    if (overflowCount > loggedOverflowCount && !overflowing) {
      log.warn(
          "spool is full, the oldest heartbeats are lost pending={}", status.pendingHeartbeats());
    }
    if (overflowing && status.pendingHeartbeats() == 0) {
      log.info("spool is drained after an overflow lost={}", overflowCount);
    }
    overflowing =
        (overflowing || overflowCount > loggedOverflowCount) && status.pendingHeartbeats() > 0;
    loggedOverflowCount = overflowCount;
  }

  private @Nullable Void closeSpool() throws IOException {
    spool.close();
    return null;
  }
}
