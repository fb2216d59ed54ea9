package io.muster.collector.heartbeat.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one batch from consecutive segments. Used by the spool's thread only. */
final class BatchReader {
  private static final Logger log = LoggerFactory.getLogger(BatchReader.class);

  private final RecordFormat format;
  private final int maxRecords;
  private final List<SpoolRecord> records = new ArrayList<>();
  private int remainingBytes;
  private SpoolPosition end;

  BatchReader(RecordFormat format, SpoolPosition start, int maxRecords, int maxBytes) {
    this.format = format;
    this.end = start;
    this.maxRecords = maxRecords;
    this.remainingBytes = maxBytes;
  }

  /** Continues in this segment, unless the batch is full or already past it. */
  void read(Segment segment) throws IOException {
    while (!isFull() && end.number() < segment.endNumber()) {
      var offset = end.segmentNumber() == segment.firstNumber() ? end.offset() : 0;
      var window = segment.read(offset, remainingBytes);
      if (!addRecords(segment, offset, window)) {
        end = new SpoolPosition(segment.endNumber(), segment.firstNumber(), segment.endOffset());
      }
    }
  }

  SpoolBatch batch() {
    return new SpoolBatch(records, end);
  }

  private boolean isFull() {
    return records.size() >= maxRecords || remainingBytes <= 0;
  }

  /** Returns true if the window contains a heartbeat. */
  private boolean addRecords(Segment segment, long offset, byte[] window) {
    var next = RecordFormat.findNext(window, 0);
    var hasRecords = next.isPresent();
    while (next.isPresent() && !isFull()) {
      var location = next.get();
      add(window, location);
      remainingBytes -= location.end() - location.start();
      end =
          new SpoolPosition(location.number() + 1, segment.firstNumber(), offset + location.end());
      next = RecordFormat.findNext(window, location.end());
    }
    return hasRecords;
  }

  private void add(byte[] window, RecordFormat.RecordLocation location) {
    try {
      records.add(format.decode(window, location));
    } catch (IllegalArgumentException e) {
      log.warn("spooled heartbeat is not readable number={} reason={}", location.number(), e);
    }
  }
}
