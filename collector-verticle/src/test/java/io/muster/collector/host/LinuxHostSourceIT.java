package io.muster.collector.host;

import static io.muster.collector.source.HostReadRequests.WITHOUT_PROCESSES;
import static io.muster.collector.source.HostReadRequests.WITH_PROCESSES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.muster.collector.proc.ContainerMemory;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.source.BusyLoop;
import io.muster.collector.source.HostSourceContract;
import io.muster.schema.host.Storage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import oshi.SystemInfo;

/** Compares the readings of this machine with those of OSHI. */
@EnabledOnOs(OS.LINUX)
class LinuxHostSourceIT extends HostSourceContract {
  private static final Duration TICK = Duration.ofMillis(50);

  private final LinuxHostSource source = new LinuxHostSource(Path.of("/"), System::nanoTime);

  @Override
  protected LinuxHostSource source() {
    return source;
  }

  @Override
  protected void generateLoad() {
    BusyLoop.run(TICK);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void read_cpu_matchesOshi() {
    var cpu = source().read(WITHOUT_PROCESSES).cpu().orElseThrow();
    var oshi = new SystemInfo().getHardware().getProcessor();

    assertThat(cpu.hardware().totalThreads()).isEqualTo(oshi.getLogicalProcessorCount());
    assertThat(cpu.hardware().totalCores()).isEqualTo(oshi.getPhysicalProcessorCount());
    assertThat(cpu.hardware().socketCount()).isEqualTo(oshi.getPhysicalPackageCount());
    assertThat(cpu.hardware().cpuModel()).isEqualTo(oshi.getProcessorIdentifier().getName());
  }

  @Test
  void read_ownProcess_matchesProcessHandle() {
    var own = ProcessHandle.current();

    var entry =
        source().read(WITH_PROCESSES).processes().orElseThrow().stream()
            .filter(process -> process.identity().pid() == own.pid())
            .findFirst()
            .orElseThrow();

    assertThat(entry.identity().command()).contains("java");
    assertThat(entry.schedule().threads()).isGreaterThan(5);
    assertThat(entry.load().memoryRss()).isGreaterThan(20L << 20);
    assertThat(entry.identity().user()).isEqualTo(own.info().user().orElseThrow());
    assertThat(entry.identity().ppid()).isEqualTo(own.parent().orElseThrow().pid());
    long startSeconds = own.info().startInstant().orElseThrow().getEpochSecond();
    assertThat(Long.parseLong(entry.identity().startTime()))
        .isBetween(startSeconds - 2, startSeconds + 2);
  }

  @Test
  void read_busyProcess_hasPositiveCpuPercent() {
    long pid = ProcessHandle.current().pid();
    source().read(WITH_PROCESSES);

    BusyLoop.run(TICK.multipliedBy(10));

    assertThat(source().read(WITH_PROCESSES).processes().orElseThrow())
        .filteredOn(process -> process.identity().pid() == pid)
        .extracting(each -> each.load().cpuPercent())
        .allSatisfy(percent -> assertThat(percent).isPositive());
  }

  @Test
  void read_storage_containsRoot() {
    assertThat(source().read(WITHOUT_PROCESSES).storage())
        .extracting(Storage::mountPoint)
        .contains("/");
  }

  @Test
  void read_memory_matchesOshi() {
    var memory = source.read(WITHOUT_PROCESSES).memory().orElseThrow();
    var oshi = new SystemInfo().getHardware().getMemory();

    assumeThat(ContainerMemory.find(new HostRoot(Path.of("/")), oshi.getTotal())).isEmpty();
    assertThat(memory.sizes().totalBytes()).isEqualTo(oshi.getTotal());
    assertThat(memory.sizes().availableBytes())
        .isCloseTo(
            oshi.getAvailable(), withinPercentage(50)); // other processes allocate in between
  }

  @Test
  void read_repeatedTicks_allocateLittle() {
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int cpuCount = source.read(WITHOUT_PROCESSES).cpu().orElseThrow().hardware().totalThreads();
    long allocatedBytesBefore = thread.getCurrentThreadAllocatedBytes();

    for (int tick = 0; tick < 100; tick++) {
      source.read(WITHOUT_PROCESSES);
    }

    long bytesPerTick = (thread.getCurrentThreadAllocatedBytes() - allocatedBytesBefore) / 100;
    assertThat(bytesPerTick).isLessThan(32_768 + 256L * cpuCount);
  }
}
