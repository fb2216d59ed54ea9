package io.muster.collector.heartbeat.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers one batch from one segment after the other. */
final class BatchReader {
  private static final Logger log = LoggerFactory.getLogger(BatchReader.class);

  private final RecordFormat format;
  private final int maxRecords;
  private final List<SpoolRecord> records = new ArrayList<>();
  private int leftBytes;
  private SpoolPosition end;

  BatchReader(RecordFormat format, SpoolPosition start, int maxRecords, int maxBytes) {
    this.format = format;
    this.end = start;
    this.maxRecords = maxRecords;
    this.leftBytes = maxBytes;
  }

  /** Reads on in this segment, unless the batch is full or was behind it already. */
  void read(Segment segment) throws IOException {
    while (!isFull() && end.number() < segment.endNumber()) {
      var offset = end.segment() == segment.firstNumber() ? end.offset() : 0;
      var window = segment.read(offset, leftBytes);
      if (!take(segment, offset, window)) {
        end = new SpoolPosition(segment.endNumber(), segment.firstNumber(), segment.endOffset());
      }
    }
  }

  SpoolBatch batch() {
    return new SpoolBatch(records, end);
  }

  private boolean isFull() {
    return records.size() >= maxRecords || leftBytes <= 0;
  }

  /** Answers whether there was any heartbeat. */
  private boolean take(Segment segment, long offset, byte[] window) {
    var found = RecordFormat.find(window, 0);
    var any = found.isPresent();
    while (found.isPresent() && !isFull()) {
      var record = found.get();
      add(window, record);
      leftBytes -= record.end() - record.start();
      end = new SpoolPosition(record.number() + 1, segment.firstNumber(), offset + record.end());
      found = RecordFormat.find(window, record.end());
    }
    return any;
  }

  private void add(byte[] window, RecordFormat.Found found) {
    try {
      records.add(format.decode(window, found));
    } catch (IllegalArgumentException e) {
      log.warn("heartbeat in the spool cannot be read number={} reason={}", found.number(), e);
    }
  }
}
