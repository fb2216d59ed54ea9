package io.muster.collector.heartbeat.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of the spool: heartbeats of consecutive numbers, one after the other, named after its
 * first number. Used by the spool's thread only.
 */
final class Segment {
  private static final Pattern NAME = Pattern.compile("([0-9]{19})\\.seg");

  private final Path file;
  private final long firstNumber;
  private long endNumber;
  private long endOffset;

  Segment(Path directory, long firstNumber) {
    this.file = directory.resolve(String.format("%019d.seg", firstNumber));
    this.firstNumber = firstNumber;
    this.endNumber = firstNumber;
  }

  /** The segments of a directory in the order of their numbers, their content not read yet. */
  static List<Segment> list(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> new Segment(directory, Long.parseLong(matcher.group(1))))
          .sorted(Comparator.comparingLong(Segment::firstNumber))
          .toList();
    }
  }

  /**
   * Recovers the content of an earlier process's file. Returns the offset of the first heartbeat
   * with at least this number.
   */
  long recover(long number) throws IOException {
    var bytes = Files.readAllBytes(file);
    var startOffset = OptionalLong.empty();
    var next = RecordFormat.findNext(bytes, 0);
    while (next.isPresent()) {
      var location = next.get();
      if (startOffset.isEmpty() && location.number() >= number) {
        startOffset = OptionalLong.of(location.start());
      }
      setEnd(location.number() + 1, location.end());
      next = RecordFormat.findNext(bytes, location.end());
    }
    return startOffset.orElse(endOffset);
  }

  /** Sets the end of the file. */
  void setEnd(long endNumber, long endOffset) {
    this.endNumber = endNumber;
    this.endOffset = endOffset;
  }

  /**
   * Reads up to a number of bytes from an offset, but at least one whole heartbeat if there is one.
   */
  byte[] read(long offset, int maxBytes) throws IOException {
    var remainingBytes = (int) (endOffset - offset);
    var window = readBytes(offset, Math.min(remainingBytes, maxBytes));
    return window.length == remainingBytes || RecordFormat.findNext(window, 0).isPresent()
        ? window
        : readBytes(offset, remainingBytes);
  }

  Path file() {
    return file;
  }

  long firstNumber() {
    return firstNumber;
  }

  /** The number after the last heartbeat. */
  long endNumber() {
    return endNumber;
  }

  /** Offset after the last whole heartbeat, damaged ones before it included. */
  long endOffset() {
    return endOffset;
  }

  boolean isEmpty() {
    return endNumber == firstNumber;
  }

  private byte[] readBytes(long offset, int length) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var bytes = ByteBuffer.allocate(length);
      var readCount = 0;
      while (readCount >= 0 && bytes.hasRemaining()) {
        readCount = channel.read(bytes, offset + bytes.position());
      }
      return Arrays.copyOf(bytes.array(), bytes.position());
    }
  }
}
