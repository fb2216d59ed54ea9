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
 * One file of the spool: heartbeats of consecutive numbers, one behind the other. Its name is its
 * first number. Confined to the spool's thread.
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

  /** The segments of a directory by their numbers, their content not read yet. */
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
   * Takes over what a file of an earlier process holds. Answers where the first heartbeat at or
   * above a number starts.
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

  /** Notes that the file now ends here. */
  void setEnd(long endNumber, long endOffset) {
    this.endNumber = endNumber;
    this.endOffset = endOffset;
  }

  /**
   * The bytes from an offset on, at most so many, but at least one whole heartbeat if there is any.
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

  /** The number behind the last. */
  long endNumber() {
    return endNumber;
  }

  /** Bytes of whole heartbeats, damaged ones between them included. */
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
