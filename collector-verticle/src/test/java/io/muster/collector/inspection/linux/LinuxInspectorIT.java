package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.OperatingSystemMXBean;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.SourceInspector;
import io.muster.collector.oshi.OshiHostSource;
import io.muster.collector.source.BusyLoop;
import io.muster.runtime.node.Clocks;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.ThreadDetail;
import io.muster.testkit.AssertionPoller;
import io.muster.testkit.Requires;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests on this machine, whose kernel provides more than any captured tree. */
@EnabledOnOs(OS.LINUX)
class LinuxInspectorIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final LinuxInspector inspector = new LinuxInspector(Path.of("/"), Clocks.system());
  private final long ownPid = ProcessHandle.current().pid();

  @Test
  void vitals_twice_areInTheirRanges() throws IOException {
    inspector.vitals();
    BusyLoop.run(Duration.ofMillis(300));

    var vitals = inspector.vitals();

    assertThat(vitals.cpu().cpuPercent().orElseThrow()).isPositive().isLessThanOrEqualTo(100);
    assertThat(vitals.cpu().perCpuPercent())
        .allSatisfy(cpu -> assertThat(cpu).isBetween(0.0, 100.0));
    assertThat(vitals.memory().memoryUsedBytes()).isBetween(1L, vitals.memory().memoryTotalBytes());
    assertThat(vitals.memory().swapUsedBytes()).isBetween(0L, vitals.memory().swapTotalBytes());
    assertThat(vitals.networks()).extracting("name").contains("lo");
  }

  @Test
  void processes_busyLoop_matchesTheProcessCpuTime() throws IOException {
    double cpuCount = inspector.vitals().cpu().perCpuPercent().size();
    var beforeFirstScan = CpuTimeMark.now();
    inspector.processes();
    var afterFirstScan = CpuTimeMark.now();
    BusyLoop.run(Duration.ofMillis(1500));
    var beforeSecondScan = CpuTimeMark.now();
    var usage = usageOf(ownPid);
    var afterSecondScan = CpuTimeMark.now();

    // The scans read the CPU time between the marks; the kernel counts in ticks of 10 ms.
    double minPercent =
        100.0
            * (beforeSecondScan.cpuNanos - afterFirstScan.cpuNanos)
            / (afterSecondScan.atNanos - beforeFirstScan.atNanos);
    double maxPercent =
        100.0
            * (afterSecondScan.cpuNanos - beforeFirstScan.cpuNanos)
            / (beforeSecondScan.atNanos - afterFirstScan.atNanos);
    assertThat(usage.cpuPercent() * cpuCount)
        .isBetween(0.75 * minPercent - 5, 1.25 * maxPercent + 5);
    assertThat(usage.residentBytes()).isGreaterThan(20L << 20);
  }

  @Test
  void process_ownPid_matchesProcessHandle() throws IOException {
    try (var open = new FileInputStream("/proc/self/stat")) {
      assertThat(open.read()).isPositive();
      var detail = inspector.process(ownPid);

      var info = ProcessHandle.current().info();
      assertThat(detail.process().command()).contains("java");
      assertThat(detail.files().executable()).contains(info.command().orElseThrow());
      assertThat(detail.files().workingDirectory())
          .contains(Path.of("").toAbsolutePath().toString());
      assertThat(detail.threads()).extracting(ThreadDetail::tid).contains(ownPid);
      assertThat(detail.threadCount()).isCloseTo(detail.threads().size(), within(5));
      assertThat(detail.threads())
          .extracting(ThreadDetail::name)
          .as("names set by the JVM")
          .contains("VM Thread");
      assertThat(detail.files().fileDescriptors().orElseThrow()).isGreaterThan(3);
      assertThat(detail.files().readBytes().orElseThrow()).isPositive();
      assertThat(detail.times().startSeconds())
          .isCloseTo(info.startInstant().orElseThrow().getEpochSecond(), within(2L));
      assertThat(detail.times().userMicros() / 1e6)
          .isCloseTo(info.totalCpuDuration().orElseThrow().toMillis() / 1e3, within(60.0));
    }
  }

  @Test
  @Requires("sleep")
  void process_child_isListedAndThenUnknown() throws Exception {
    var child = new ProcessBuilder("sleep", "600").start();
    try {
      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () ->
              assertThat(inspector.process(ownPid).children())
                  .filteredOn(each -> each.process().pid() == child.pid())
                  .extracting(each -> each.process().command())
                  .containsExactly("sleep 600"));
      assertThat(inspector.process(child.pid()).ids().parentPid()).hasValue(ownPid);
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    AssertionPoller.awaitAssertion(TIMEOUT, () -> assertUnknown(child.pid()));
  }

  @Test
  void process_ownThread_isUnknown() throws IOException {
    var thread =
        inspector.process(ownPid).threads().stream()
            .filter(each -> each.tid() != ownPid)
            .findFirst()
            .orElseThrow();

    assertUnknown(thread.tid());
  }

  @Test
  void disks_thisMachine_haveSpace() throws IOException {
    assertThat(inspector.disks())
        .isNotEmpty()
        .allSatisfy(disk -> assertThat(disk.availableBytes()).isBetween(0L, disk.totalBytes()));
  }

  @Test
  void oshi_sameHost_reportsComparableValues() throws IOException {
    try (var oshi =
        new SourceInspector(
            "host-a",
            Clocks.system(),
            Duration.ofMillis(350),
            () -> new OshiHostSource(System::nanoTime))) {
      oshi.vitals();
      BusyLoop.run(Duration.ofMillis(400));
      var oshiVitals = oshi.vitals();
      var linuxVitals = inspector.vitals();

      assertThat(oshiVitals.cpu().perCpuPercent()).hasSameSizeAs(linuxVitals.cpu().perCpuPercent());
      assertThat(oshiVitals.cpu().cpuPercent().orElseThrow()).isBetween(0.0, 100.0);
      assertThat(oshi.processes()).extracting(ProcessUsage::pid).contains(ownPid);
      assertThat(oshi.process(ownPid).process().command()).contains("java");
      assertThat(oshi.disks()).extracting(Disk::partition).containsOnly(false);
    }
  }

  private ProcessUsage usageOf(long pid) throws IOException {
    return inspector.processes().stream()
        .filter(process -> process.pid() == pid)
        .findFirst()
        .orElseThrow();
  }

  private void assertUnknown(long pid) {
    assertThat(catchThrowable(() -> inspector.process(pid)))
        .isInstanceOf(FleetException.class)
        .hasFieldOrPropertyWithValue("code", Code.PROCESS_UNKNOWN);
  }

  /** The CPU time of this process at an instant. */
  private record CpuTimeMark(long cpuNanos, long atNanos) {
    private static CpuTimeMark now() {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return new CpuTimeMark(system.getProcessCpuTime(), System.nanoTime());
    }
  }
}
