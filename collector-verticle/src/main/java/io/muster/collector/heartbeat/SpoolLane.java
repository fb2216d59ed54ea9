package io.muster.collector.heartbeat;

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
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that works on the spool, and the queue in front of it. Heartbeats that come while
 * a write is under way are written together by the next one. Nobody waits for the disk: while it
 * does not take them, the newest {@link #MAX_WAITING} wait in memory, and the others are lost and
 * counted. Confined to the context that opened it; {@link #status}, {@link #waiting}, {@link #lost}
 * and {@link #isWritable} may be read by any thread.
 */
final class SpoolLane {
  static final int MAX_WAITING = 2000;

  private static final Logger log = LoggerFactory.getLogger(SpoolLane.class);
  private static final long CLOSE_SECONDS = 5;

  private final WorkerExecutor executor;
  private final Spool spool;
  private final Deque<SpoolRecord> waiting = new ArrayDeque<>();
  private Future<Void> write = Future.succeededFuture();
  private volatile SpoolStatus status;
  private volatile long waitingCount;
  private final LongAdder lost = new LongAdder();
  private volatile boolean writable = true;
  private int writingCount;
  private boolean cursorWritable = true;
  private boolean overflowing;
  private long overflowed;

  private SpoolLane(WorkerExecutor executor, Spool spool) {
    this.executor = executor;
    this.spool = spool;
    this.status = spool.status();
  }

  /** Opens the spool; fails with the reason when the directory cannot be used. */
  static Future<SpoolLane> open(Vertx vertx, HeartbeatConfig config, SpoolDisk disk) {
    var executor = vertx.createSharedWorkerExecutor("muster-spool", 1);
    return executor
        .executeBlocking(() -> Spool.open(config.directory(), config.spoolMaxBytes(), disk))
        .map(spool -> new SpoolLane(executor, spool))
        .recover(cause -> executor.close().transform(closed -> Future.failedFuture(cause)));
  }

  /** Takes a heartbeat over. Completes when a write has ended, which need not be its own. */
  Future<Void> append(SpoolRecord record) {
    waiting.add(record);
    trim();
    return write();
  }

  /** Writes what waits, if there is any and no write is under way. */
  Future<Void> write() {
    if (!write.isComplete()) {
      return write;
    }
    if (waiting.isEmpty()) {
      return Future.succeededFuture();
    }
    var group = new ArrayDeque<>(waiting);
    waiting.clear();
    writingCount = group.size();
    write = executor.executeBlocking(() -> append(group)).transform(done -> written(group, done));
    return write;
  }

  /** Completes when everything is on disk. */
  Future<Void> flush() {
    return write().compose(done -> waiting.isEmpty() ? Future.succeededFuture() : flush());
  }

  /** The oldest heartbeats. */
  Future<SpoolBatch> peek(int maxRecords, int maxBytes) {
    return executor.executeBlocking(() -> spool.peek(maxRecords, maxBytes));
  }

  /** Forgets a batch; answers how many of its heartbeats were still there. */
  Future<Long> acknowledge(SpoolBatch batch) {
    return executor.executeBlocking(() -> forget(batch));
  }

  /** Flushes and closes, but not for longer than some seconds. */
  Future<Void> close() {
    return flush()
        .recover(unwritten -> Future.succeededFuture()) // the lost ones were logged by the write
        .compose(flushed -> executor.executeBlocking(this::closeSpool))
        .timeout(CLOSE_SECONDS, TimeUnit.SECONDS)
        .eventually(executor::close);
  }

  /** As of the last operation. */
  SpoolStatus status() {
    return status;
  }

  /** Heartbeats that are not on disk yet. */
  long waiting() {
    return waitingCount;
  }

  /** Heartbeats that never got to the disk. */
  long lost() {
    return lost.sum();
  }

  /** Whether the last write succeeded. */
  boolean isWritable() {
    return writable;
  }

  private Future<Void> written(Deque<SpoolRecord> group, AsyncResult<Void> done) {
    while (!group.isEmpty()) {
      waiting.addFirst(group.removeLast());
    }
    writingCount = 0;
    trim();
    if (done.succeeded() != writable) {
      writable = done.succeeded();
      logWritable(done.cause());
    }
    return done.succeeded() ? Future.succeededFuture() : Future.failedFuture(done.cause());
  }

  private void logWritable(@Nullable Throwable cause) {
    if (cause == null) {
      log.info("spool is written again waiting={} lost={}", waiting.size(), lost.sum());
    } else {
      log.warn("spool cannot be written, heartbeats wait in memory reason={}", cause.toString());
    }
  }

  private void trim() {
    var excess = Math.max(0, waiting.size() - MAX_WAITING);
    for (var index = 0; index < excess; index++) {
      waiting.remove();
    }
    lost.add(excess);
    waitingCount = (long) waiting.size() + writingCount;
  }

  /** On the lane, as all that follows. */
  private @Nullable Void append(Deque<SpoolRecord> group) throws IOException {
    try {
      spool.append(group);
      return null;
    } finally {
      status = spool.status();
      noteOverflow();
    }
  }

  private long forget(SpoolBatch batch) throws IOException {
    try {
      return spool.acknowledge(batch);
    } finally {
      status = spool.status();
      noteOverflow();
      saveCursor();
    }
  }

  private void saveCursor() {
    try {
      spool.saveCursor();
      cursorWritable = true;
    } catch (IOException e) {
      if (cursorWritable) {
        log.warn("spool cursor cannot be written, a restart repeats reason={}", e.toString());
      }
      cursorWritable = false;
    }
  }

  private void noteOverflow() {
    var now = status.overflowedHeartbeats();
    if (now > overflowed && !overflowing) {
      log.warn(
          "spool is full, the oldest heartbeats are lost pending={}", status.pendingHeartbeats());
    }
    if (overflowing && status.pendingHeartbeats() == 0) {
      log.info("spool is drained after an overflow lost={}", now);
    }
    overflowing = (overflowing || now > overflowed) && status.pendingHeartbeats() > 0;
    overflowed = now;
  }

  private @Nullable Void closeSpool() throws IOException {
    spool.close();
    return null;
  }
}
