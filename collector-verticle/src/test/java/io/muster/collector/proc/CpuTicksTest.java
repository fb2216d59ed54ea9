package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
  void busyTicksSince_everyColumn_countsIowaitAsIdleAndStealAsBusy() {
    var previous = ticks("cpu0 0 0 0 0 0 0 0 0 0 0\n");
    var current = ticks("cpu0 1 2 4 100 200 8 16 32 1 1\n");

    assertThat(current.elapsedTicksSince(previous, 0)).isEqualTo(363);
    assertThat(current.busyTicksSince(previous, 0)).isEqualTo(63);
  }

  @Test
  void read_oldKernelWithFourColumns_countsMissingColumnsAsZero() {
    var previous = ticks("cpu0 10 0 10 80\ncpu1 0 0 0 0\n");
    var current = ticks("cpu0 20 0 10 90\ncpu1 0 0 0 5\n");

    assertThat(
            CpuTicks.busyPercent(
                current.busyTicksSince(previous, 0), current.elapsedTicksSince(previous, 0)))
        .hasValue(50);
    assertThat(current.busyTicksSince(previous, 1)).isZero();
  }

  @Test
  void elapsedTicksSince_cpuThatWasOffline_isZero() {
    var previous = ticks("cpu0 1 0 0 9\ncpu2 1 0 0 9\n");
    var current = ticks("cpu0 2 0 0 18\ncpu1 5 0 0 5\ncpu2 1 0 0 19\n");

    assertThat(current.elapsedTicksSince(previous, 1)).isZero();
    assertThat(current.busyTicksSince(previous, 1)).isZero();
    assertThat(current.elapsedTicksSince(previous, 2)).isEqualTo(10);
  }

  @Test
  void busyPercent_noTimeElapsed_isEmpty() {
    var ticks = ticks("cpu0 1 0 0 9\n");

    assertThat(
            CpuTicks.busyPercent(ticks.busyTicksSince(ticks, 0), ticks.elapsedTicksSince(ticks, 0)))
        .isEmpty();
  }

  @Test
  void busyPercent_anyTwoReadings_isWithin0And100() {
    var random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      var previous = randomTicks(random);
      var current = randomTicks(random);
      for (int cpu = 0; cpu < current.cpuCount(); cpu++) {
        var percent =
            CpuTicks.busyPercent(
                current.busyTicksSince(previous, cpu), current.elapsedTicksSince(previous, cpu));
        assertThat(percent.orElse(0)).isBetween(0.0, 100.0);
      }
    }
  }

  /** Counters that increase and decrease at random, of CPUs that go online and offline. */
  private static CpuTicks randomTicks(Random random) {
    var ticks = new CpuTicks();
    for (int id = random.nextInt(3); id < 12; id += 1 + random.nextInt(3)) {
      long idle = random.nextInt(1000);
      ticks.add(id, idle, idle + random.nextInt(1000));
    }
    return ticks;
  }

  private CpuTicks ticks(String stat) {
    var ticks = new CpuTicks();
    ticks.read(
        files
            .write("stat", "cpu  9 9 9 9 9 9 9 9 9 9\n" + stat + "intr 5 1\n")
            .openScanner("stat"));
    return ticks;
  }
}
