package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.proc.CpuTicks.CpuTime;
import io.muster.collector.proc.CpuTicks.TickCounters;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuTicksTest {
  private final Path directory;
  private final HostFilesFixture files;

  CpuTicksTest(@TempDir Path directory) {
    this.directory = directory;
    this.files = HostFilesFixture.empty(directory);
  }

  @Test
  void read_capturedFile_includesEachCpuButNotTheirSum() {
    var ticks = new CpuTicks();

    ticks.read(HostFilesFixture.copy("small-vm", directory).openScanner("proc/stat"));

    assertThat(ticks.cpuIds()).containsExactly(0, 1);
  }

  @Test
  void time_everyColumn_countsIowaitAsIdleAndStealAsBusy() {
    var ticks = ticks("cpu0 0 0 0 0 0 0 0 0 0 0\n", "cpu0 1 2 4 100 200 8 16 32 1 1\n");

    assertThat(ticks.time(0)).isEqualTo(new CpuTime(63, 363));
  }

  @Test
  void read_oldKernelWithFourColumns_countsMissingColumnsAsZero() {
    var ticks = ticks("cpu0 10 0 10 80\ncpu1 0 0 0 0\n", "cpu0 20 0 10 90\ncpu1 0 0 0 5\n");

    assertThat(ticks.time(0).busyPercent()).hasValue(50);
    assertThat(ticks.time(1)).isEqualTo(new CpuTime(0, 5));
    assertThat(ticks.totalTime()).isEqualTo(new CpuTime(10, 25));
  }

  @Test
  void time_cpuThatWasOffline_isNone() {
    var ticks =
        ticks("cpu0 1 0 0 9\ncpu2 1 0 0 9\n", "cpu0 2 0 0 18\ncpu1 5 0 0 5\ncpu2 1 0 0 19\n");

    assertThat(ticks.time(1)).isEqualTo(new CpuTime(0, 0));
    assertThat(ticks.time(2)).isEqualTo(new CpuTime(0, 10));
  }

  @Test
  void busyPercent_noTimeElapsed_isEmpty() {
    assertThat(ticks("cpu0 1 0 0 9\n", "cpu0 1 0 0 9\n").time(0).busyPercent()).isEmpty();
  }

  @Test
  void busyPercent_anyTwoReadings_isWithin0And100() {
    var random = new Random(42);
    var ticks = new CpuTicks();
    for (int round = 0; round < 2_000; round++) {
      ticks.update(randomCounters(random));
      for (int id : ticks.cpuIds()) {
        assertThat(ticks.time(id).busyPercent().orElse(0)).isBetween(0.0, 100.0);
      }
    }
  }

  /** Counters that increase and decrease at random, of CPUs that go online and offline. */
  private static Map<Integer, TickCounters> randomCounters(Random random) {
    var counters = new HashMap<Integer, TickCounters>();
    for (int id = random.nextInt(3); id < 12; id += 1 + random.nextInt(3)) {
      long idle = random.nextInt(1000);
      counters.put(id, new TickCounters(idle, idle + random.nextInt(1000)));
    }
    return counters;
  }

  private CpuTicks ticks(String... stats) {
    var ticks = new CpuTicks();
    for (var stat : stats) {
      ticks.read(
          files
              .write("stat", "cpu  9 9 9 9 9 9 9 9 9 9\n" + stat + "intr 5 1\n")
              .openScanner("stat"));
    }
    return ticks;
  }
}
