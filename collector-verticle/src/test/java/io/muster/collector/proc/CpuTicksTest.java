package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuTicksTest {
  private final Path directory;
  private final CapturedTree tree;

  CpuTicksTest(@TempDir Path directory) {
    this.directory = directory;
    this.tree = CapturedTree.empty(directory);
  }

  @Test
  void read_capturedFile_takesEachCpuButNotTheirSum() {
    var ticks = new CpuTicks();

    ticks.read(CapturedTree.copy("small-vm", directory).text("proc/stat"));

    assertThat(ticks.ids()).containsExactly(0, 1);
  }

  @Test
  void busySince_everyColumn_countsWaitingAsIdleAndStealAsBusy() {
    var before = ticks("cpu0 0 0 0 0 0 0 0 0 0 0\n");
    var after = ticks("cpu0 1 2 4 100 200 8 16 32 1 1\n");

    assertThat(after.passedSince(before, 0)).isEqualTo(363);
    assertThat(after.busySince(before, 0)).isEqualTo(63);
  }

  @Test
  void read_oldKernelWithFourColumns_countsTheMissingAsZero() {
    var before = ticks("cpu0 10 0 10 80\ncpu1 0 0 0 0\n");
    var after = ticks("cpu0 20 0 10 90\ncpu1 0 0 0 5\n");

    assertThat(CpuTicks.percent(after.busySince(before, 0), after.passedSince(before, 0)))
        .hasValue(50);
    assertThat(after.busySince(before, 1)).isZero();
  }

  @Test
  void passedSince_cpuThatWasOff_isZero() {
    var before = ticks("cpu0 1 0 0 9\ncpu2 1 0 0 9\n");
    var after = ticks("cpu0 2 0 0 18\ncpu1 5 0 0 5\ncpu2 1 0 0 19\n");

    assertThat(after.passedSince(before, 1)).isZero();
    assertThat(after.busySince(before, 1)).isZero();
    assertThat(after.passedSince(before, 2)).isEqualTo(10);
  }

  @Test
  void percent_noTimePassed_isEmpty() {
    var ticks = ticks("cpu0 1 0 0 9\n");

    assertThat(CpuTicks.percent(ticks.busySince(ticks, 0), ticks.passedSince(ticks, 0))).isEmpty();
  }

  @Test
  void percent_anyTwoReadings_isWithinHundred() {
    var random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      var before = randomTicks(random);
      var after = randomTicks(random);
      for (int cpu = 0; cpu < after.count(); cpu++) {
        var busy = CpuTicks.percent(after.busySince(before, cpu), after.passedSince(before, cpu));
        assertThat(busy.orElse(0)).isBetween(0.0, 100.0);
      }
    }
  }

  /** Counters that rise and fall as they please, over CPUs that come and go. */
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
    ticks.read(tree.with("stat", "cpu  9 9 9 9 9 9 9 9 9 9\n" + stat + "intr 5 1\n").text("stat"));
    return ticks;
  }
}
