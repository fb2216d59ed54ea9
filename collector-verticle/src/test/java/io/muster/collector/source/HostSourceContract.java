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
    assertThat(reading.cpu().orElseThrow().readings().utilization()).isEmpty();
    assertThat(reading.cpu().orElseThrow().perCoreUtilization())
        .isNotEmpty()
        .allSatisfy(core -> assertThat(core.utilization()).isEmpty());
  }

  @Test
  void read_afterLoad_hasUtilizationWithin0And100() {
    source().read(WITHOUT_PROCESSES);

    var cpu = awaitUtilization();

    assertThat(cpu.readings().utilization().orElseThrow()).isBetween(0.0, 100.0);
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

    assertThat(cpu.hardware().totalThreads()).isEqualTo(cpu.perCoreUtilization().size());
    assertThat(cpu.hardware().socketCount()).isEqualTo(cpu.perSocketInfo().size());
    assertThat(cpu.perSocketInfo().stream().mapToInt(CpuSocket::threads).sum())
        .isEqualTo(cpu.hardware().totalThreads());
    assertThat(cpu.perSocketInfo().stream().mapToInt(CpuSocket::cores).sum())
        .isEqualTo(cpu.hardware().totalCores());
    assertThat(cpu.perCoreUtilization())
        .isSortedAccordingTo(Comparator.comparingInt(CpuCore::coreId));
    assertThat(cpu.hardware().cpuModel()).isNotBlank();
    assertThat(cpu.hardware().architecture()).isNotBlank().isNotEqualTo("amd64");
  }

  @Test
  void read_everySection_hasHostAndTimeOfRequest() {
    var reading = source().read(WITHOUT_PROCESSES);

    var cpu = reading.cpu().orElseThrow();
    assertThat(List.of(cpu.origin().hostId(), cpu.origin().hostname(), cpu.origin().instance()))
        .containsOnly("gpu-01");
    assertThat(cpu.origin().time()).isEqualTo(WITHOUT_PROCESSES.localTime());
    var memory = reading.memory().orElseThrow();
    assertThat(
            List.of(
                memory.origin().hostId(), memory.origin().hostname(), memory.origin().instance()))
        .containsOnly("gpu-01");
    assertThat(memory.origin().time()).isEqualTo(WITHOUT_PROCESSES.localTime());
    assertThat(reading.chassis().orElseThrow().origin().hostId()).isEqualTo("gpu-01");
    assertThat(reading.chassis().orElseThrow().detail()).containsEntry("platform", "Linux");
  }

  @Test
  void read_memory_valuesAreConsistent() {
    var memory = source().read(WITHOUT_PROCESSES).memory().orElseThrow();

    assertThat(memory.sizes().totalBytes()).isPositive();
    assertThat(memory.sizes().usedBytes())
        .isEqualTo(memory.sizes().totalBytes() - memory.sizes().availableBytes());
    assertThat(memory.utilization()).isBetween(0.0, 100.0);
    assertThat(memory.swap().swapUsedBytes() + memory.swap().swapFreeBytes())
        .isEqualTo(memory.swap().swapTotalBytes());
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
        .isSortedAccordingTo(Comparator.comparingLong(each -> each.identity().pid()))
        .allSatisfy(HostSourceContract::assertPlausible);
  }

  private static void assertPlausible(ProcessEntry process) {
    assertThat(process.gpu().usesGpu()).isFalse();
    assertThat(process.gpu().deviceUuid()).isEmpty();
    assertThat(process.load().cpuPercent()).as("since process start").isNotNegative().isFinite();
    assertThat(process.load().memoryPercent()).isBetween(0.0, 100.0);
    assertThat(process.schedule().state()).matches("[RSITZXD?]");
    assertThat(process.identity().startTime()).matches("[0-9]+");
    assertThat(process.identity().command()).isNotBlank();
    assertThat(process.identity().user()).isNotBlank();
  }

  /** Reads until there is a utilization: counters advance in steps, and OSHI caches its results. */
  private Cpu awaitUtilization() {
    long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    generateLoad();
    var cpu = source().read(WITHOUT_PROCESSES).cpu().orElseThrow();
    while (cpu.readings().utilization().isEmpty() && System.nanoTime() < deadlineNanos) {
      generateLoad();
      cpu = source().read(WITHOUT_PROCESSES).cpu().orElseThrow();
    }
    return cpu;
  }
}
