package io.muster.collector.heartbeat.spool;

import static io.muster.collector.heartbeat.spool.SpoolFixtures.instants;
import static io.muster.collector.heartbeat.spool.SpoolFixtures.pendingInstants;
import static io.muster.collector.heartbeat.spool.SpoolFixtures.recordsWithoutDevices;
import static io.muster.collector.heartbeat.spool.SpoolFixtures.spoolRecord;
import static io.muster.collector.heartbeat.spool.SpoolFixtures.spoolRecords;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long LARGE_BYTES = 16 << 20;

  private static final int LARGE_BATCH_BYTES = 64 << 20;

  /** Logger of the spool, silenced because these tests cause hundreds of torn ends. */
  private static final Logger SPOOL_LOGGER = Logger.getLogger(Spool.class.getName());

  private final Path directory;
  private Counter lost = SpoolFixtures.newLostCounter();

  SpoolTest(@TempDir Path directory) {
    this.directory = directory;
    SPOOL_LOGGER.setLevel(Level.SEVERE);
  }

  @Test
  void append_thenPeek_returnsTheSameHeartbeatsInOrder() throws IOException {
    try (var spool = Spool.open(directory, LARGE_BYTES, SpoolDisk.LOCAL, lost)) {
      spool.append(spoolRecords(1, 3));

      assertThat(spool.peek(2, LARGE_BATCH_BYTES).records())
          .containsExactly(spoolRecord(1), spoolRecord(2));
      assertThat(pendingInstants(spool)).containsExactly(1L, 2L, 3L);
      assertThat(spool.status().pendingHeartbeats()).isEqualTo(3);
      assertThat(spool.status().oldestAtMillis()).hasValue(1);
    }
  }

  @Test
  void acknowledge_partOfASegment_leavesTheRest() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      spool.append(spoolRecords(1, 5));

      assertThat(spool.acknowledge(spool.peek(3, LARGE_BATCH_BYTES))).isEqualTo(3);

      assertThat(pendingInstants(spool)).containsExactly(4L, 5L);
      assertThat(spool.status().oldestAtMillis()).hasValue(4);
      spool.acknowledge(spool.peek(3, LARGE_BATCH_BYTES));
      assertThat(spool.status()).isEqualTo(emptyStatus());
    }
  }

  @Test
  void reopen_afterKill_keepsPendingHeartbeats() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      spool.append(spoolRecords(1, 5));
      spool.acknowledge(spool.peek(2, LARGE_BATCH_BYTES));
      spool.saveCursor();
      try (var reopened = openCopy(LARGE_BYTES)) {
        assertThat(pendingInstants(reopened)).containsExactly(3L, 4L, 5L);
        reopened.append(spoolRecords(6, 6));
        assertThat(pendingInstants(reopened)).containsExactly(3L, 4L, 5L, 6L);
      }
    }
  }

  @Test
  void reopen_killedBetweenReceiptAndCursor_sendsAgain() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      spool.append(spoolRecords(1, 3));
      spool.acknowledge(spool.peek(2, LARGE_BATCH_BYTES));
      try (var reopened = openCopy(LARGE_BYTES)) {
        assertThat(pendingInstants(reopened)).containsExactly(1L, 2L, 3L);
      }
    }
  }

  @Test
  void reopen_cursorTornOrMissing_sendsAgainRatherThanLosing() throws IOException {
    fill(1, 4, 2);
    Files.write(directory.resolve("cursor"), new byte[] {0, 0, 0});
    assertThat(reopenedPending()).containsExactly(1L, 2L, 3L, 4L);
    Files.delete(directory.resolve("cursor"));
    assertThat(reopenedPending()).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void reopen_everythingAcknowledgedAndDeleted_neverReusesANumber() throws IOException {
    fill(1, 3, 3);
    try (var spool = open(LARGE_BYTES)) {
      spool.append(spoolRecords(4, 5));
      assertThat(pendingInstants(spool)).containsExactly(4L, 5L);
    }
    assertThat(reopenedPending()).containsExactly(4L, 5L);
  }

  @Test
  void reopen_tornAtEveryByteOfTheLastRecord_keepsTheOthers() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      spool.append(recordsWithoutDevices(1, 3));
    }
    var content = Files.readAllBytes(onlySegment());
    var last = recordOffsets(content).get(2);
    for (var length = last; length < content.length; length++) {
      Files.write(onlySegment(), Arrays.copyOf(content, length));
      try (var spool = open(LARGE_BYTES)) {
        assertThat(pendingInstants(spool)).as("truncated at %d", length).containsExactly(1L, 2L);
        assertThat(spool.tornBytes()).isEqualTo(length - last);
        spool.append(spoolRecords(9, 9));
        assertThat(pendingInstants(spool))
            .as("truncated at %d", length)
            .containsExactly(1L, 2L, 9L);
      }
      try (var spool = open(LARGE_BYTES)) {
        assertThat(pendingInstants(spool)).containsExactly(1L, 2L, 9L);
        assertThat(spool.tornBytes()).as("counted once").isZero();
      }
    }
  }

  @Test
  void reopen_tailOfZerosAfterPowerLoss_isTruncated() throws IOException {
    fill(1, 2, 0);
    var content = Files.readAllBytes(onlySegment());
    Files.write(onlySegment(), Arrays.copyOf(content, content.length + 4096));

    assertThat(reopenedPending()).containsExactly(1L, 2L);
    assertThat(Files.size(onlySegment())).isEqualTo(content.length);
  }

  @Test
  void reopen_oneRecordFlippedAtEveryByte_losesOnlyThatOne() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      spool.append(recordsWithoutDevices(1, 4));
    }
    var content = Files.readAllBytes(onlySegment());
    for (int at = recordOffsets(content).get(1); at < recordOffsets(content).get(2); at++) {
      var flipped = content.clone();
      flipped[at] ^= 0x5A;
      Files.write(onlySegment(), flipped);
      try (var spool = open(LARGE_BYTES)) {
        var batch = spool.peek(100, LARGE_BATCH_BYTES);
        assertThat(instants(batch)).as("flipped at %d", at).containsExactly(1L, 3L, 4L);
        assertThat(spool.acknowledge(batch)).isEqualTo(3);
        assertThat(lost.count()).isEqualTo(1);
        assertThat(spool.status().pendingHeartbeats()).isZero();
      }
    }
  }

  @Test
  void reopen_middleSegmentIsGarbage_isSkippedAndCounted() throws IOException {
    fill(1, 2000, 0, Spool.MIN_BYTES);
    var segments = segments();
    assertThat(segments).hasSizeGreaterThan(4);
    var before = reopenedPending(Spool.MIN_BYTES);
    Files.write(segments.get(2), new byte[20_000]);

    try (var spool = open(Spool.MIN_BYTES)) {
      var batch = spool.peek(5000, LARGE_BATCH_BYTES);
      var after = instants(batch);
      assertThat(after).isSorted().doesNotHaveDuplicates();
      assertThat(after).startsWith(before.get(0)).endsWith(2000L);
      assertThat(after.size()).isBetween(before.size() - 80, before.size() - 10);
      spool.acknowledge(batch);
      assertThat(lost.count()).isEqualTo(before.size() - after.size());
      assertThat(spool.status().pendingHeartbeats()).isZero();
    }
  }

  @Test
  void append_full_dropsTheOldestAndCountsThem() throws IOException {
    try (var spool = open(Spool.MIN_BYTES)) {
      for (var number = 1; number <= 1000; number++) {
        spool.append(spoolRecords(number, number));
        assertThat(diskBytes()).isLessThanOrEqualTo(Spool.MIN_BYTES);
      }
      var status = spool.status();
      var left = pendingInstants(spool);
      assertThat(status.overflowedHeartbeats()).isPositive();
      assertThat(status.pendingHeartbeats() + status.overflowedHeartbeats()).isEqualTo(1000);
      assertThat(left).hasSize((int) status.pendingHeartbeats());
      assertThat(left).containsExactlyElementsOf(range(1001 - left.size(), 1000));
      assertThat(status.pendingBytes()).isGreaterThan(Spool.MIN_BYTES * 7 / 8);
      assertThat(status.oldestAtMillis()).hasValue(left.get(0));
    }
  }

  @Test
  void acknowledge_batchThatOverflowedMeanwhile_countsEachHeartbeatOnce() throws IOException {
    try (var spool = open(Spool.MIN_BYTES)) {
      spool.append(spoolRecords(1, 300));
      var batch = spool.peek(300, LARGE_BATCH_BYTES);
      spool.append(spoolRecords(301, 600));
      var lost = spool.status().overflowedHeartbeats();
      assertThat(lost).isBetween(1L, 299L);

      assertThat(spool.acknowledge(batch)).isEqualTo(300 - lost);

      assertThat(pendingInstants(spool)).containsExactlyElementsOf(range(301, 600));
    }
  }

  @Test
  void append_everythingAcknowledged_keepsTheDirectorySmall() throws IOException {
    try (var spool = open(Spool.MIN_BYTES)) {
      for (var number = 1; number <= 200; number++) {
        spool.append(spoolRecords(number, number));
        spool.acknowledge(spool.peek(10, LARGE_BATCH_BYTES));
        spool.saveCursor();
      }
      assertThat(diskBytes()).isLessThan(Spool.MIN_BYTES / 8);
      assertThat(spool.status()).isEqualTo(emptyStatus());
    }
    assertThat(reopenedPending()).isEmpty();
  }

  @Test
  void append_diskFull_keepsTheRestQueuedAndRecovers() throws IOException {
    var disk = new LimitedSpoolDisk(1800);
    try (var spool = Spool.open(directory, LARGE_BYTES, disk, lost)) {
      spool.append(spoolRecords(1, 1));
      var queue = spoolRecords(2, 9);
      assertThatThrownBy(() -> spool.append(queue)).hasMessage("No space left on device");
      assertThat(queue).hasSize(8);
      assertThat(pendingInstants(spool)).containsExactly(1L);
      assertThatThrownBy(() -> spool.append(queue)).hasMessage("No space left on device");

      disk.setFreeBytes(1 << 20);
      spool.append(queue);

      assertThat(queue).isEmpty();
      assertThat(pendingInstants(spool)).containsExactlyElementsOf(range(1, 9));
    }
    assertThat(reopenedPending()).containsExactlyElementsOf(range(1, 9));
  }

  @Test
  void acknowledge_diskFull_succeedsAndFreesSpace() throws IOException {
    var disk = new LimitedSpoolDisk(1 << 20);
    try (var spool = Spool.open(directory, Spool.MIN_BYTES, disk, lost)) {
      spool.append(spoolRecords(1, 300));
      disk.setFreeBytes(0);
      var batch = spool.peek(290, LARGE_BATCH_BYTES);
      var before = diskBytes();

      assertThat(spool.acknowledge(batch)).isEqualTo(290);

      assertThatThrownBy(spool::saveCursor).hasMessage("No space left on device");
      assertThat(diskBytes()).isLessThan(before / 2);
      assertThat(pendingInstants(spool)).containsExactlyElementsOf(range(291, 300));
    }
  }

  @Test
  void peek_boundedBatches_coverTheWholeSpool() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      spool.append(spoolRecords(1, 1000));
      var seen = new ArrayList<Long>();
      while (spool.status().pendingHeartbeats() > 0) {
        var batch = spool.peek(500, 20_000);
        assertThat(batch.records()).isNotEmpty().hasSizeLessThan(100);
        seen.addAll(instants(batch));
        spool.acknowledge(batch);
      }
      assertThat(seen).containsExactlyElementsOf(range(1, 1000));
    }
  }

  @Test
  void open_directoryInUse_failsWithItsName() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      assertThat(spool.status()).isEqualTo(emptyStatus());
      assertThatThrownBy(() -> open(LARGE_BYTES))
          .hasMessage("spool directory " + directory + " is in use by this process");
    }
    open(LARGE_BYTES).close();
  }

  @Test
  void open_pathIsAFile_failsWithItsName() throws IOException {
    var file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> Spool.open(file, LARGE_BYTES, SpoolDisk.LOCAL, lost))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("spool directory " + file + " is not writable");
  }

  @Test
  void append_malformedClientId_isCountedAndDoesNotBlock() throws IOException {
    try (var spool = open(LARGE_BYTES)) {
      var queue = spoolRecords(1, 1);
      queue.add(new SpoolRecord("malformed", spoolRecord(2).heartbeat()));
      queue.add(spoolRecord(3));

      spool.append(queue);

      assertThat(pendingInstants(spool)).containsExactly(1L, 3L);
      assertThat(lost.count()).isEqualTo(1);
    }
  }

  /** Opens the directory with a new counter. */
  private Spool open(long maxBytes) throws IOException {
    lost = SpoolFixtures.newLostCounter();
    return Spool.open(directory, maxBytes, new LimitedSpoolDisk(Long.MAX_VALUE), lost);
  }

  /** Opens a copy of the directory, as found by another process if this one were killed now. */
  private Spool openCopy(long maxBytes) throws IOException {
    var copy = Files.createTempDirectory(directory, "copy");
    try (var files = Files.list(directory)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return Spool.open(copy, maxBytes, SpoolDisk.LOCAL, lost);
  }

  private void fill(long first, long last, int acknowledged) throws IOException {
    fill(first, last, acknowledged, LARGE_BYTES);
  }

  private void fill(long first, long last, int acknowledged, long maxBytes) throws IOException {
    try (var spool = open(maxBytes)) {
      spool.append(spoolRecords(first, last));
      if (acknowledged > 0) {
        spool.acknowledge(spool.peek(acknowledged, LARGE_BATCH_BYTES));
        spool.saveCursor();
      }
    }
  }

  private List<Long> reopenedPending() throws IOException {
    return reopenedPending(LARGE_BYTES);
  }

  private List<Long> reopenedPending(long maxBytes) throws IOException {
    try (var spool = open(maxBytes)) {
      return pendingInstants(spool);
    }
  }

  private Path onlySegment() throws IOException {
    assertThat(segments()).hasSize(1);
    return segments().get(0);
  }

  private List<Path> segments() throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".seg"))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  private long diskBytes() throws IOException {
    var bytes = 0L;
    for (var segment : segments()) {
      bytes += Files.size(segment);
    }
    return bytes;
  }

  private static List<Integer> recordOffsets(byte[] segment) {
    var offsets = new ArrayList<Integer>();
    var found = RecordFormat.findNext(segment, 0);
    while (found.isPresent()) {
      offsets.add(found.get().start());
      found = RecordFormat.findNext(segment, found.get().end());
    }
    return offsets;
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static SpoolStatus emptyStatus() {
    return new SpoolStatus(0, 0, OptionalLong.empty(), 0);
  }
}
