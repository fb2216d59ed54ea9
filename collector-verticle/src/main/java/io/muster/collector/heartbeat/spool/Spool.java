package io.muster.collector.heartbeat.spool;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A first-in-first-out queue of heartbeats on disk. Used by one thread at a time, which it blocks;
 * one process at a time may have a directory open. {@code pending = appended + found at opening -
 * acknowledged - lost}.
 *
 * <pre>
 * DIR/0000000000000000000.seg   heartbeats 0 to 2113: all acknowledged, therefore deleted
 * DIR/0000000000000002114.seg   heartbeats 2114 to 4230
 * DIR/0000000000000004231.seg   heartbeats 4231 on; appended to until it is full
 * DIR/cursor                    3000: the heartbeats below are acknowledged
 * </pre>
 */
public final class Spool implements AutoCloseable {
  /** The lowest supported bound of a spool. */
  public static final long MIN_BYTES = 256 << 10;

  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final int SEGMENT_COUNT = 16;
  private static final int OLDEST_PEEK_BYTES = 16 << 10;
  private static final long MAX_SEGMENT_BYTES = 4 << 20;

  private final Path directory;
  private final long maxBytes;
  private final long segmentBytes;
  private final SpoolDisk disk;
  private final Counter lost;
  private final SpoolLock lock;
  private final SpoolCursor cursor;
  private final RecordFormat format = new RecordFormat();
  private final Deque<Segment> segments = new ArrayDeque<>();
  private SpoolPosition head = new SpoolPosition(0, 0, 0);
  private long endNumber;
  private SpoolDisk.@Nullable Appender activeFile;
  private OptionalLong oldestAtMillis = OptionalLong.empty();
  private long overflowedCount;
  private long tornBytes;

  private Spool(Path directory, long maxBytes, SpoolDisk disk, Counter lost, SpoolLock lock) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.segmentBytes = Math.min(maxBytes / SEGMENT_COUNT, MAX_SEGMENT_BYTES);
    this.disk = disk;
    this.lost = lost;
    this.lock = lock;
    this.cursor = new SpoolCursor(directory, disk);
  }

  /**
   * Opens a directory, created if missing, and recovers its content. Fails with a message that
   * names the directory if it is not writable, or if another process has it open.
   *
   * @param maxBytes upper bound of all files together, at least {@link #MIN_BYTES}
   * @param lost counts the heartbeats that are dropped: the oldest ones of a full spool, and those
   *     that cannot be written or read back
   */
  public static Spool open(Path directory, long maxBytes, SpoolDisk disk, Counter lost)
      throws IOException {
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "spool max_bytes=" + maxBytes + ": expected at least " + MIN_BYTES);
    }
    var lock = SpoolLock.acquire(directory);
    try {
      var spool = new Spool(directory, maxBytes, disk, lost, lock);
      spool.recover();
      return spool;
    } catch (IOException e) {
      lock.close();
      throw new IOException("spool directory " + directory + " cannot be read: " + e, e);
    }
  }

  /**
   * Moves heartbeats from the queue to the disk. If it fails, the heartbeats that are still in the
   * queue are not on disk. A full spool drops its oldest heartbeats.
   */
  public void append(Queue<SpoolRecord> queue) throws IOException {
    while (!queue.isEmpty()) {
      var segment = openActiveSegment();
      var chunk = encode(queue, segmentBytes - segment.endOffset());
      freeSpace(chunk.bytes().size());
      write(chunk);
      lost.increment(chunk.takenCount() - chunk.records().size());
      for (var index = 0; index < chunk.takenCount(); index++) {
        queue.remove();
      }
    }
  }

  /** Reads the oldest heartbeats, at least one if there is any; repeated calls read them again. */
  public SpoolBatch peek(int maxRecords, int maxBytes) throws IOException {
    var reader = new BatchReader(format, head, maxRecords, maxBytes);
    for (var segment : segments) {
      reader.read(segment);
    }
    return reader.batch();
  }

  /**
   * Removes a batch. Returns the number of its heartbeats that were still in the spool; the others
   * had been dropped in the meantime.
   */
  public long acknowledge(SpoolBatch batch) throws IOException {
    var end = batch.end();
    var removedCount = Math.max(0, end.number() - head.number());
    if (removedCount == 0) {
      return 0;
    }
    var unreadableCount = Math.max(0, removedCount - batch.records().size());
    lost.increment((double) unreadableCount);
    head = end;
    deleteAcknowledged();
    refreshOldest();
    return removedCount - unreadableCount;
  }

  /**
   * Saves the acknowledged position on disk. Until then a crash makes acknowledged heartbeats
   * pending again.
   */
  public void saveCursor() throws IOException {
    cursor.write(head.number());
  }

  public SpoolStatus status() {
    return new SpoolStatus(
        endNumber - head.number(), totalBytes() - head.offset(), oldestAtMillis, overflowedCount);
  }

  /** Bytes truncated at the opening: the rest of a write that a crash interrupted. */
  long tornBytes() {
    return tornBytes;
  }

  @Override
  public void close() throws IOException {
    format.close();
    try {
      closeActiveFile();
    } finally {
      lock.close();
    }
  }

  private void recover() throws IOException {
    var acknowledged = cursor.read();
    head = new SpoolPosition(acknowledged, 0, 0);
    endNumber = acknowledged;
    for (var segment : Segment.list(directory)) {
      recover(segment, acknowledged);
    }
    if (segments.isEmpty()) {
      head = new SpoolPosition(endNumber, 0, 0);
    } else {
      truncateTail(segments.getLast());
      endNumber = Math.max(endNumber, segments.getLast().endNumber());
    }
    refreshOldest();
    log.info(
        "spool opened path={} pending={} torn_bytes={}",
        directory,
        endNumber - head.number(),
        tornBytes);
  }

  private void recover(Segment segment, long acknowledged) throws IOException {
    var start = recoverOrSetAside(segment, acknowledged);
    if (segment.isEmpty() || segment.endNumber() <= acknowledged) {
      endNumber = Math.max(endNumber, segment.endNumber());
      discard(segment);
      return;
    }
    if (segments.isEmpty()) {
      var number = Math.max(acknowledged, segment.firstNumber());
      head = new SpoolPosition(number, segment.firstNumber(), start);
    }
    segments.add(segment);
  }

  private static long recoverOrSetAside(Segment segment, long acknowledged) throws IOException {
    try {
      return segment.recover(acknowledged);
    } catch (IOException e) {
      log.warn("spool file is not readable, renamed to .bad path={}", segment.file(), e);
      Files.move(
          segment.file(), segment.file().resolveSibling(segment.file().getFileName() + ".bad"));
      return 0;
    }
  }

  private void truncateTail(Segment last) throws IOException {
    var excessBytes = Files.size(last.file()) - last.endOffset();
    if (excessBytes > 0) {
      try (var file = disk.open(last.file())) {
        file.truncate(last.endOffset());
      }
      countTornBytes(last, excessBytes);
    }
  }

  private void discard(Segment segment) throws IOException {
    if (segment.isEmpty() && Files.exists(segment.file()) && Files.size(segment.file()) > 0) {
      countTornBytes(segment, Files.size(segment.file()));
    }
    delete(segment);
  }

  private void countTornBytes(Segment segment, long bytes) {
    tornBytes += bytes;
    log.warn("spool file had a torn end, truncated path={} bytes={}", segment.file(), bytes);
  }

  /** Returns the segment to append to, with its file open. */
  private Segment openActiveSegment() throws IOException {
    var last = segments.peekLast();
    if (last != null && last.endOffset() < segmentBytes && isIntact(last)) {
      activeFile = activeFile == null ? disk.open(last.file()) : activeFile;
      return last;
    }
    closeActiveFile();
    var next = new Segment(directory, endNumber);
    activeFile = disk.open(next.file());
    segments.add(next);
    deleteAcknowledged();
    return next;
  }

  /** Returns true if nothing follows the last whole heartbeat. */
  private boolean isIntact(Segment last) throws IOException {
    return activeFile != null || Files.size(last.file()) == last.endOffset();
  }

  private Chunk encode(Queue<SpoolRecord> queue, long remainingBytes) {
    var bytes = new ByteArrayOutputStream();
    var written = new ArrayList<SpoolRecord>();
    var takenCount = 0;
    for (var record : queue) {
      var encoded = encode(endNumber + written.size(), record);
      if (!written.isEmpty() && bytes.size() + encoded.length > remainingBytes) {
        break;
      }
      takenCount++;
      if (encoded.length > 0) {
        bytes.writeBytes(encoded);
        written.add(record);
      }
    }
    return new Chunk(bytes, written, takenCount);
  }

  /** Encodes a heartbeat; empty if that is not possible. */
  private byte[] encode(long number, SpoolRecord record) {
    try {
      return format.encode(number, record);
    } catch (IllegalArgumentException e) {
      log.warn("heartbeat cannot be spooled client={} reason={}", record.clientId(), e.toString());
      return new byte[0];
    }
  }

  private void write(Chunk chunk) throws IOException {
    var segment = segments.getLast();
    try {
      requireNonNull(activeFile).append(chunk.bytes().toByteArray());
    } catch (IOException e) {
      rollBack(segment);
      throw e;
    }
    endNumber += chunk.records().size();
    segment.setEnd(endNumber, segment.endOffset() + chunk.bytes().size());
    if (oldestAtMillis.isEmpty()) {
      refreshOldest();
    }
  }

  /**
   * After a failed write: truncates to the last whole heartbeat; if that fails, the next write uses
   * a new file.
   */
  private void rollBack(Segment segment) {
    try (var file = activeFile) {
      activeFile = null;
      if (file != null) {
        file.truncate(segment.endOffset());
      }
    } catch (IOException e) {
      log.debug("spool file cannot be truncated path={} reason={}", segment.file(), e.getMessage());
    }
    if (segment.isEmpty()) {
      segments.remove(segment);
      delete(segment);
    }
  }

  private void freeSpace(long extraBytes) {
    while (segments.size() > 1 && totalBytes() + extraBytes > maxBytes) {
      dropOldest();
    }
  }

  private void dropOldest() {
    delete(segments.remove());
    var firstNumber = segments.element().firstNumber();
    var droppedCount = Math.max(0, firstNumber - head.number());
    overflowedCount += droppedCount;
    lost.increment((double) droppedCount);
    advanceHeadTo(firstNumber);
    refreshOldest();
  }

  /** Moves the head to the start of the first remaining file if its own was deleted. */
  private void advanceHeadTo(long firstNumber) {
    if (head.segmentNumber() < firstNumber) {
      head = new SpoolPosition(Math.max(firstNumber, head.number()), firstNumber, 0);
    }
  }

  private long totalBytes() {
    return segments.stream().mapToLong(Segment::endOffset).sum();
  }

  /** Deletes acknowledged segments, except for the last one, which may still grow. */
  private void deleteAcknowledged() {
    while (segments.size() > 1 && segments.element().endNumber() <= head.number()) {
      delete(segments.remove());
    }
    advanceHeadTo(segments.element().firstNumber());
  }

  private void refreshOldest() {
    oldestAtMillis = OptionalLong.empty();
    try {
      var first = peek(1, OLDEST_PEEK_BYTES).records();
      if (!first.isEmpty()) {
        oldestAtMillis = OptionalLong.of(first.get(0).heartbeat().atMillis());
      }
    } catch (IOException e) {
      log.debug("spool is not readable path={} reason={}", directory, e.getMessage());
    }
  }

  private void closeActiveFile() throws IOException {
    if (activeFile != null) {
      activeFile.close();
      activeFile = null;
    }
  }

  private static void delete(Segment segment) {
    try {
      Files.delete(segment.file());
    } catch (NoSuchFileException alreadyDeleted) {
      log.debug("spool file was already deleted path={}", segment.file());
    } catch (IOException e) {
      log.warn("spool file cannot be deleted path={} reason={}", segment.file(), e.getMessage());
    }
  }

  /**
   * The heartbeats of one write.
   *
   * @param records the heartbeats in the bytes
   * @param takenCount heartbeats to remove from the queue: written, or impossible to write
   */
  private record Chunk(ByteArrayOutputStream bytes, List<SpoolRecord> records, int takenCount) {}
}
