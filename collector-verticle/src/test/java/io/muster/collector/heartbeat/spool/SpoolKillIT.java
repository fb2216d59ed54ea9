package io.muster.collector.heartbeat.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class SpoolKillIT {
  private static final int KILLS = 6;

  private final Path directory;
  private final List<Long> durableInstants = new ArrayList<>();
  private long acknowledgedInstant;

  SpoolKillIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void kill_atRandomTimes_losesNoDurableHeartbeatAndKeepsTheOrder() throws Exception {
    var random = new Random(20_261_120);
    for (var kill = 1; kill <= KILLS; kill++) {
      // Each process counts in its own range, because the last one may not have printed all.
      runUntilKilled(1_000_000L * kill, 20 + random.nextInt(150)).forEach(this::apply);
      assertNothingLost();
    }
    assertThat(durableInstants).hasSizeGreaterThan(100 * KILLS);
  }

  private void apply(String line) {
    if (line.startsWith("-")) {
      acknowledgedInstant = Long.parseLong(line.substring(1));
      return;
    }
    var bounds = line.substring(1).split("\\.\\.", 2);
    LongStream.rangeClosed(Long.parseLong(bounds[0]), Long.parseLong(bounds[1]))
        .forEach(durableInstants::add);
  }

  private void assertNothingLost() throws IOException {
    var lost = SpoolFixtures.newLostCounter();
    try (var spool = Spool.open(directory, 64 * Spool.MIN_BYTES, SpoolDisk.LOCAL, lost)) {
      var pendingInstants = SpoolFixtures.pendingInstants(spool);
      assertThat(pendingInstants).isSorted().doesNotHaveDuplicates();
      assertThat(pendingInstants)
          .containsSubsequence(
              durableInstants.stream().filter(at -> at > acknowledgedInstant).toList());
      assertThat(lost.count()).isZero();
    }
  }

  /** Runs a writer and kills it without warning; returns the lines that it printed. */
  private List<String> runUntilKilled(long first, int lineCount) throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SpoolAppenderMain.class.getName(),
                directory.toString(),
                Long.toString(first))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var reader = process.inputReader(StandardCharsets.US_ASCII)) {
      var lines = read(reader, lineCount);
      process.toHandle().destroyForcibly();
      lines.addAll(read(reader, Integer.MAX_VALUE));
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Reads whole lines: a pipe accepts a short line completely or not at all. */
  private static List<String> read(BufferedReader reader, int count) throws IOException {
    var lines = new ArrayList<String>();
    while (lines.size() < count) {
      var line = reader.readLine();
      if (line == null) {
        return lines;
      }
      lines.add(line);
    }
    return lines;
  }
}
