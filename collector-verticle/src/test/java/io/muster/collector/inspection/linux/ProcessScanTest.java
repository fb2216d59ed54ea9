package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.collector.inspection.linux.WatchedTree.Fields;
import io.muster.collector.proc.CapturedTree;
import io.muster.schema.inspection.ProcessUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between two scans 200 ticks pass on two CPUs: one second. */
class ProcessScanTest {
  private static final long RESIDENT = 256 * 4096;

  private final WatchedTree host;

  ProcessScanTest(@TempDir Path directory) {
    host = WatchedTree.small(directory);
  }

  @Test
  void processes_first_haveNoShares() throws IOException {
    host.process(42, "java", Fields.running(700, 5));

    assertThat(host.inspector.processes())
        .containsExactly(new ProcessUsage(42, "java", 0, RESIDENT));
  }

  @Test
  void processes_second_haveTheExactShareOfAllCpus() throws IOException {
    host.process(42, "java", new Fields('R', 1, 700, 20, 5));
    host.process(43, "idle", Fields.running(9, 5));
    scan();
    host.process(42, "java", new Fields('R', 1, 740, 30, 5));

    assertThat(second())
        .containsExactly(
            new ProcessUsage(42, "java", 25, RESIDENT), new ProcessUsage(43, "idle", 0, RESIDENT));
  }

  @Test
  void processes_moreThanTheHostCanGive_isBounded() throws IOException {
    host.process(42, "java", Fields.running(0, 5));
    scan();
    host.process(42, "java", Fields.running(100_000, 5));

    assertThat(second()).extracting(ProcessUsage::cpuPercent).containsExactly(100.0);
  }

  @Test
  void processes_pidUsedAnew_hasNothingOfTheOneBefore() throws IOException {
    host.process(42, "old", Fields.running(90, 5));
    scan();
    host.process(42, "new", Fields.running(100, 10_050));

    assertThat(second()).containsExactly(new ProcessUsage(42, "new", 50, RESIDENT));
  }

  @Test
  void processes_pidUsedAnewByOneThatUsedLess_isNotNegative() throws IOException {
    host.process(42, "old", Fields.running(900, 5));
    scan();
    host.process(42, "new", Fields.running(2, 10_000));

    assertThat(second()).extracting(ProcessUsage::cpuPercent).containsExactly(1.0);
  }

  @Test
  void processes_beganSinceTheScanBefore_hasWhatItEverUsed() throws IOException {
    scan();
    host.process(42, "burst", Fields.running(60, 10_020));

    assertThat(second()).extracting(ProcessUsage::cpuPercent).containsExactly(30.0);
  }

  @Test
  void processes_olderAndNotSeenBefore_hasNoShareYet() throws IOException {
    scan();
    host.process(42, "hidden", Fields.running(60, 9_999));

    assertThat(second()).extracting(ProcessUsage::cpuPercent).containsExactly(0.0);
  }

  @Test
  void processes_namesOfAnyKind_areAsTheKernelHasThem() throws IOException {
    host.process(100, "tmux: server (1)", Fields.running(0, 5));
    host.process(9, "größe😀", Fields.running(0, 5));
    host.process(23, "a) R 1 (b", Fields.running(0, 5));

    assertThat(host.inspector.processes())
        .extracting(ProcessUsage::pid, ProcessUsage::name)
        .containsExactly(
            tuple(9L, "größe😀"), tuple(23L, "a) R 1 (b"), tuple(100L, "tmux: server (1)"));
  }

  @Test
  void processes_oneThatEndsMeanwhile_isPassedOver() throws IOException {
    host.process(42, "java", Fields.running(0, 5));
    host.files.with("proc/43/environ", "");

    assertThat(host.inspector.processes()).extracting(ProcessUsage::pid).containsExactly(42L);
  }

  @Test
  void processes_moreThanTheFirstRoom_areAllThere() throws IOException {
    for (int pid = 1; pid <= 300; pid++) {
      host.stat(pid, "p", Fields.running(0, 5));
    }
    scan();
    host.stat(300, "p", Fields.running(20, 5));

    assertThat(second())
        .hasSize(300)
        .filteredOn(share -> share.cpuPercent() > 0)
        .containsExactly(new ProcessUsage(300, "p", 10, RESIDENT));
  }

  @Test
  void processes_vitalsBetween_doNotShortenTheirWindow() throws IOException {
    host.process(42, "java", Fields.running(0, 5));
    scan();
    host.cpus(100, 0);
    host.inspector.vitals();
    host.process(42, "java", Fields.running(50, 5));

    assertThat(second()).extracting(ProcessUsage::cpuPercent).containsExactly(25.0);
  }

  @Test
  void processes_withoutProc_fail(@TempDir Path empty) {
    var nothing = new WatchedTree(CapturedTree.empty(empty));

    assertThatThrownBy(nothing.inspector::processes).isInstanceOf(IOException.class);
  }

  private void scan() throws IOException {
    host.inspector.processes();
  }

  private List<ProcessUsage> second() throws IOException {
    host.files.with("proc/uptime", "101.00 151.00\n");
    host.cpus(120, 80);
    return host.inspector.processes();
  }
}
