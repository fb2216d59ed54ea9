package io.muster.collector.source;

import static io.muster.collector.source.HostReadRequests.WITHOUT_PROCESSES;
import static io.muster.collector.source.HostReadRequests.WITH_PROCESSES;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.Storage;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract of every source of host readings. */
public abstract class HostSourceContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  protected abstract HardwareSource<HostReadings> source();

  /** Generates load on the host, so that its counters advance. */
  protected abstract void generateLoad();

  @AfterEach
  void close() {
    source().close();
  }

  @Test
  void read_first_hasEverySectionButNoUtilization() {
    var reading = source().read(WITHOUT_PROCESSES);

    assertThat(reading.failures()).isEmpty();
    assertThat(reading.memory()).isPresent();
    assertThat(reading.network()).isPresent();
    assertThat(reading.cpu().orElseThrow().utilization()).isEmpty();
    assertThat(reading.cpu().orElseThrow().perCoreUtilization())
        .isNotEmpty()
        .allSatisfy(core -> assertThat(core.utilization()).isEmpty());
  }

  @Test
  void read_afterLoad_hasUtilizationWithin0And100() {
    source().read(WITHOUT_PROCESSES);

    var cpu = awaitUtilization();

    assertThat(cpu.utilization().orElseThrow()).isBetween(0.0, 100.0);
    assertThat(cpu.perSocketInfo())
        .extracting(CpuSocket::utilization)
        .allSatisfy(percent -> assertThat(percent.orElse(0)).isBetween(0.0, 100.0));
    assertThat(cpu.perCoreUtilization())
        .extracting(CpuCore::utilization)
        .allSatisfy(percent -> assertThat(percent.orElse(0)).isBetween(0.0, 100.0));
  }

  @Test
  void read_cpu_countsAddUp() {
    var cpu = source().read(WITHOUT_PROCESSES).cpu().orElseThrow();

    assertThat(cpu.totalThreads()).isEqualTo(cpu.perCoreUtilization().size());
    assertThat(cpu.socketCount()).isEqualTo(cpu.perSocketInfo().size());
    assertThat(cpu.perSocketInfo().stream().mapToInt(CpuSocket::threads).sum())
        .isEqualTo(cpu.totalThreads());
    assertThat(cpu.perSocketInfo().stream().mapToInt(CpuSocket::cores).sum())
        .isEqualTo(cpu.totalCores());
    assertThat(cpu.perCoreUtilization())
        .isSortedAccordingTo(Comparator.comparingInt(CpuCore::coreId));
    assertThat(cpu.cpuModel()).isNotBlank();
    assertThat(cpu.architecture()).isNotBlank().isNotEqualTo("amd64");
  }

  @Test
  void read_everySection_hasHostAndTimeOfRequest() {
    var reading = source().read(WITHOUT_PROCESSES);

    var cpu = reading.cpu().orElseThrow();
    assertThat(List.of(cpu.hostId(), cpu.hostname(), cpu.instance())).containsOnly("gpu-01");
    assertThat(cpu.time()).isEqualTo(WITHOUT_PROCESSES.localTime());
    var memory = reading.memory().orElseThrow();
    assertThat(List.of(memory.hostId(), memory.hostname(), memory.instance()))
        .containsOnly("gpu-01");
    assertThat(memory.time()).isEqualTo(WITHOUT_PROCESSES.localTime());
    assertThat(reading.chassis().orElseThrow().hostId()).isEqualTo("gpu-01");
    assertThat(reading.chassis().orElseThrow().detail()).containsEntry("platform", "Linux");
  }

  @Test
  void read_memory_valuesAreConsistent() {
    var memory = source().read(WITHOUT_PROCESSES).memory().orElseThrow();

    assertThat(memory.totalBytes()).isPositive();
    assertThat(memory.usedBytes()).isEqualTo(memory.totalBytes() - memory.availableBytes());
    assertThat(memory.utilization()).isBetween(0.0, 100.0);
    assertThat(memory.swapUsedBytes() + memory.swapFreeBytes()).isEqualTo(memory.swapTotalBytes());
  }

  @Test
  void read_storage_isSortedAndNumbered() {
    var storage = source().read(WITHOUT_PROCESSES).storage();

    assertThat(storage)
        .isNotEmpty()
        .isSortedAccordingTo(Comparator.comparing(Storage::mountPoint))
        .allSatisfy(disk -> assertThat(disk.availableBytes()).isBetween(0L, disk.totalBytes()));
    for (int index = 0; index < storage.size(); index++) {
      assertThat(storage.get(index).index()).isEqualTo(index);
    }
  }

  @Test
  void read_processesNotRequested_areNotRead() {
    assertThat(source().read(WITHOUT_PROCESSES).processes()).isEmpty();
  }

  @Test
  void read_processes_areSortedAndWithoutGpu() {
    var processes = source().read(WITH_PROCESSES).processes().orElseThrow();

    assertThat(processes)
        .isNotEmpty()
        .isSortedAccordingTo(Comparator.comparingLong(ProcessEntry::pid))
        .allSatisfy(HostSourceContract::assertPlausible);
  }

  private static void assertPlausible(ProcessEntry process) {
    assertThat(process.usesGpu()).isFalse();
    assertThat(process.deviceUuid()).isEmpty();
    assertThat(process.cpuPercent()).as("since process start").isNotNegative().isFinite();
    assertThat(process.memoryPercent()).isBetween(0.0, 100.0);
    assertThat(process.state()).matches("[RSITZXD?]");
    assertThat(process.startTime()).matches("[0-9]+");
    assertThat(process.command()).isNotBlank();
    assertThat(process.user()).isNotBlank();
  }

  /** Reads until there is a utilization: counters advance in steps, and OSHI caches its results. */
  private Cpu awaitUtilization() {
    long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    generateLoad();
    var cpu = source().read(WITHOUT_PROCESSES).cpu().orElseThrow();
    while (cpu.utilization().isEmpty() && System.nanoTime() < deadlineNanos) {
      generateLoad();
      cpu = source().read(WITHOUT_PROCESSES).cpu().orElseThrow();
    }
    return cpu;
  }
}
