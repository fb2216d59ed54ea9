package io.muster.collector.host;

import static io.muster.collector.host.Requests.PLAIN;
import static io.muster.collector.host.Requests.WITH_PROCESSES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.muster.collector.proc.ContainerMemory;
import io.muster.collector.proc.KernelTree;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.Storage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import oshi.SystemInfo;

/** This machine, read our way and OSHI's way. */
@EnabledOnOs(OS.LINUX)
class RealLinuxHostSourceIT extends HostSourceContract {
  private static final int TICK = 50_000_000;

  private final LinuxHostSource source = new LinuxHostSource(Path.of("/"), System::nanoTime);

  @Override
  LinuxHostSource source() {
    return source;
  }

  @Override
  void work() {
    Spin.forNanos(TICK);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void read_cpu_agreesWithOshi() {
    var cpu = source().read(PLAIN).cpu().orElseThrow();
    var oshi = new SystemInfo().getHardware().getProcessor();

    assertThat(cpu.totalThreads()).isEqualTo(oshi.getLogicalProcessorCount());
    assertThat(cpu.totalCores()).isEqualTo(oshi.getPhysicalProcessorCount());
    assertThat(cpu.socketCount()).isEqualTo(oshi.getPhysicalPackageCount());
    assertThat(cpu.cpuModel()).isEqualTo(oshi.getProcessorIdentifier().getName());
  }

  @Test
  void read_ownProcess_isWhatTheJvmKnowsOfItself() {
    var own = ProcessHandle.current();

    var row =
        source().read(WITH_PROCESSES).processes().orElseThrow().stream()
            .filter(process -> process.pid() == own.pid())
            .findFirst()
            .orElseThrow();

    assertThat(row.command()).contains("java");
    assertThat(row.threads()).isGreaterThan(5);
    assertThat(row.memoryRss()).isGreaterThan(20L << 20);
    assertThat(row.user()).isEqualTo(own.info().user().orElseThrow());
    assertThat(row.ppid()).isEqualTo(own.parent().orElseThrow().pid());
    long startSeconds = own.info().startInstant().orElseThrow().getEpochSecond();
    assertThat(Long.parseLong(row.startTime())).isBetween(startSeconds - 2, startSeconds + 2);
  }

  @Test
  void read_busyProcess_hasAShareOfTheCpu() {
    long pid = ProcessHandle.current().pid();
    source().read(WITH_PROCESSES);

    Spin.forNanos(10 * TICK);

    assertThat(source().read(WITH_PROCESSES).processes().orElseThrow())
        .filteredOn(process -> process.pid() == pid)
        .extracting(ProcessEntry::cpuPercent)
        .allSatisfy(percent -> assertThat(percent).isPositive());
  }

  @Test
  void read_storage_hasTheRoot() {
    assertThat(source().read(PLAIN).storage()).extracting(Storage::mountPoint).contains("/");
  }

  @Test
  void read_memory_agreesWithOshi() {
    var memory = source.read(PLAIN).memory().orElseThrow();
    var oshi = new SystemInfo().getHardware().getMemory();

    assumeThat(ContainerMemory.find(new KernelTree(Path.of("/")), oshi.getTotal())).isEmpty();
    assertThat(memory.totalBytes()).isEqualTo(oshi.getTotal());
    assertThat(memory.availableBytes())
        .isCloseTo(oshi.getAvailable(), withinPercentage(50)); // others allocate meanwhile
  }

  @Test
  void open_linux_takesTheKernelsFiles() {
    assertThat(HostSystem.open(Path.of("/"), System::nanoTime)).isInstanceOf(LinuxHostSource.class);
    assertThat(HostSystem.hardwareId()).isEmpty();
  }

  @Test
  void read_tickAfterTick_makesLittleGarbage() {
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int cpus = source.read(PLAIN).cpu().orElseThrow().totalThreads();
    long before = thread.getCurrentThreadAllocatedBytes();

    for (int tick = 0; tick < 100; tick++) {
      source.read(PLAIN);
    }

    long bytesOfTick = (thread.getCurrentThreadAllocatedBytes() - before) / 100;
    assertThat(bytesOfTick).isLessThan(32_768 + 256L * cpus);
  }
}
