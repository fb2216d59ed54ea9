package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.collector.inspection.linux.LinuxHostFixture.StatFields;
import io.muster.collector.proc.HostFilesFixture;
import io.muster.schema.inspection.ProcessUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests in which 200 ticks of two CPUs, one second, pass between two scans. */
class ProcessScannerTest {
  private static final long RESIDENT_BYTES = 256 * 4096;

  private final LinuxHostFixture host;

  ProcessScannerTest(@TempDir Path directory) {
    host = LinuxHostFixture.twoCpuHost(directory);
  }

  @Test
  void processes_first_haveNoUsage() throws IOException {
    host.writeProcess(42, "java", StatFields.running(700, 5));

    assertThat(host.inspector.processes())
        .containsExactly(new ProcessUsage(42, "java", 0, RESIDENT_BYTES));
  }

  @Test
  void processes_second_haveTheExactUsageOfAllCpus() throws IOException {
    host.writeProcess(42, "java", new StatFields('R', 1, 700, 20, 5));
    host.writeProcess(43, "idle", StatFields.running(9, 5));
    scan();
    host.writeProcess(42, "java", new StatFields('R', 1, 740, 30, 5));

    assertThat(secondScan())
        .containsExactly(
            new ProcessUsage(42, "java", 25, RESIDENT_BYTES),
            new ProcessUsage(43, "idle", 0, RESIDENT_BYTES));
  }

  @Test
  void processes_moreThanAllCpus_isClamped() throws IOException {
    host.writeProcess(42, "java", StatFields.running(0, 5));
    scan();
    host.writeProcess(42, "java", StatFields.running(100_000, 5));

    assertThat(secondScan()).extracting(ProcessUsage::cpuPercent).containsExactly(100.0);
  }

  @Test
  void processes_reusedPid_hasNoTimeOfTheEarlierProcess() throws IOException {
    host.writeProcess(42, "old", StatFields.running(90, 5));
    scan();
    host.writeProcess(42, "new", StatFields.running(100, 10_050));

    assertThat(secondScan()).containsExactly(new ProcessUsage(42, "new", 50, RESIDENT_BYTES));
  }

  @Test
  void processes_reusedPidWithLessTime_isNotNegative() throws IOException {
    host.writeProcess(42, "old", StatFields.running(900, 5));
    scan();
    host.writeProcess(42, "new", StatFields.running(2, 10_000));

    assertThat(secondScan()).extracting(ProcessUsage::cpuPercent).containsExactly(1.0);
  }

  @Test
  void processes_startedSinceTheLastScan_hasAllOfItsTime() throws IOException {
    scan();
    host.writeProcess(42, "burst", StatFields.running(60, 10_020));

    assertThat(secondScan()).extracting(ProcessUsage::cpuPercent).containsExactly(30.0);
  }

  @Test
  void processes_olderButNotSeenBefore_hasNoUsageYet() throws IOException {
    scan();
    host.writeProcess(42, "hidden", StatFields.running(60, 9_999));

    assertThat(secondScan()).extracting(ProcessUsage::cpuPercent).containsExactly(0.0);
  }

  @Test
  void processes_unusualNames_areThoseOfTheKernel() throws IOException {
    host.writeProcess(100, "tmux: server (1)", StatFields.running(0, 5));
    host.writeProcess(9, "größe😀", StatFields.running(0, 5));
    host.writeProcess(23, "a) R 1 (b", StatFields.running(0, 5));

    assertThat(host.inspector.processes())
        .extracting(ProcessUsage::pid, ProcessUsage::name)
        .containsExactly(
            tuple(9L, "größe😀"), tuple(23L, "a) R 1 (b"), tuple(100L, "tmux: server (1)"));
  }

  @Test
  void processes_endedDuringTheScan_isSkipped() throws IOException {
    host.writeProcess(42, "java", StatFields.running(0, 5));
    host.files.write("proc/43/environ", "");

    assertThat(host.inspector.processes()).extracting(ProcessUsage::pid).containsExactly(42L);
  }

  @Test
  void processes_moreThanTheInitialCapacity_areAllReturned() throws IOException {
    for (int pid = 1; pid <= 300; pid++) {
      host.writeStat(pid, "p", StatFields.running(0, 5));
    }
    scan();
    host.writeStat(300, "p", StatFields.running(20, 5));

    assertThat(secondScan())
        .hasSize(300)
        .filteredOn(usage -> usage.cpuPercent() > 0)
        .containsExactly(new ProcessUsage(300, "p", 10, RESIDENT_BYTES));
  }

  @Test
  void processes_vitalsReadBetween_doNotShortenTheInterval() throws IOException {
    host.writeProcess(42, "java", StatFields.running(0, 5));
    scan();
    host.setCpuTicks(100, 0);
    host.inspector.vitals();
    host.writeProcess(42, "java", StatFields.running(50, 5));

    assertThat(secondScan()).extracting(ProcessUsage::cpuPercent).containsExactly(25.0);
  }

  @Test
  void processes_withoutProc_fail(@TempDir Path empty) {
    var emptyHost = new LinuxHostFixture(HostFilesFixture.empty(empty));

    assertThatThrownBy(emptyHost.inspector::processes).isInstanceOf(IOException.class);
  }

  private void scan() throws IOException {
    host.inspector.processes();
  }

  private List<ProcessUsage> secondScan() throws IOException {
    host.files.write("proc/uptime", "101.00 151.00\n");
    host.setCpuTicks(120, 80);
    return host.inspector.processes();
  }
}
