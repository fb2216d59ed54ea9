package io.muster.collector.host;

import static io.muster.collector.host.Requests.PLAIN;
import static io.muster.collector.host.Requests.WITH_PROCESSES;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReading;
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

/** What a host source owes its reader, whatever it reads. */
abstract class HostSourceContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  abstract HardwareSource<HostReading> source();

  /** Lets some work be done on the host, so that its counters move on. */
  abstract void work();

  @AfterEach
  void close() {
    source().close();
  }

  @Test
  void read_first_hasEveryPartButNoUtilization() {
    var reading = source().read(PLAIN);

    assertThat(reading.failures()).isEmpty();
    assertThat(reading.memory()).isPresent();
    assertThat(reading.network()).isPresent();
    assertThat(reading.cpu().orElseThrow().utilization()).isEmpty();
    assertThat(reading.cpu().orElseThrow().perCoreUtilization())
        .isNotEmpty()
        .allSatisfy(core -> assertThat(core.utilization()).isEmpty());
  }

  @Test
  void read_afterWork_hasUtilizationWithinHundred() {
    source().read(PLAIN);

    var cpu = nextWithUtilization();

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
    var cpu = source().read(PLAIN).cpu().orElseThrow();

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
  void read_everyPart_carriesHostAndTimeOfTheRequest() {
    var reading = source().read(PLAIN);

    var cpu = reading.cpu().orElseThrow();
    assertThat(List.of(cpu.hostId(), cpu.hostname(), cpu.instance())).containsOnly("gpu-01");
    assertThat(cpu.time()).isEqualTo(PLAIN.time());
    var memory = reading.memory().orElseThrow();
    assertThat(List.of(memory.hostId(), memory.hostname(), memory.instance()))
        .containsOnly("gpu-01");
    assertThat(memory.time()).isEqualTo(PLAIN.time());
    assertThat(reading.chassis().orElseThrow().hostId()).isEqualTo("gpu-01");
    assertThat(reading.chassis().orElseThrow().detail()).containsEntry("platform", "Linux");
  }

  @Test
  void read_memory_levelsFitTogether() {
    var memory = source().read(PLAIN).memory().orElseThrow();

    assertThat(memory.totalBytes()).isPositive();
    assertThat(memory.usedBytes()).isEqualTo(memory.totalBytes() - memory.availableBytes());
    assertThat(memory.utilization()).isBetween(0.0, 100.0);
    assertThat(memory.swapUsedBytes() + memory.swapFreeBytes()).isEqualTo(memory.swapTotalBytes());
  }

  @Test
  void read_storage_isSortedAndNumbered() {
    var storage = source().read(PLAIN).storage();

    assertThat(storage)
        .isNotEmpty()
        .isSortedAccordingTo(Comparator.comparing(Storage::mountPoint))
        .allSatisfy(disk -> assertThat(disk.availableBytes()).isBetween(0L, disk.totalBytes()));
    for (int index = 0; index < storage.size(); index++) {
      assertThat(storage.get(index).index()).isEqualTo(index);
    }
  }

  @Test
  void read_processesNotAskedFor_areNotRead() {
    assertThat(source().read(PLAIN).processes()).isEmpty();
  }

  @Test
  void read_processes_areSortedAndWithoutGpu() {
    var processes = source().read(WITH_PROCESSES).processes().orElseThrow();

    assertThat(processes)
        .isNotEmpty()
        .isSortedAccordingTo(Comparator.comparingLong(ProcessEntry::pid))
        .allSatisfy(HostSourceContract::isPlausible);
  }

  private static void isPlausible(ProcessEntry process) {
    assertThat(process.usesGpu()).isFalse();
    assertThat(process.deviceUuid()).isEmpty();
    assertThat(process.cpuPercent()).as("since it began").isNotNegative().isFinite();
    assertThat(process.memoryPercent()).isBetween(0.0, 100.0);
    assertThat(process.state()).matches("[RSITZXD?]");
    assertThat(process.startTime()).matches("[0-9]+");
    assertThat(process.command()).isNotBlank();
    assertThat(process.user()).isNotBlank();
  }

  /** Counters of a system move in steps, and OSHI repeats itself for a while. */
  private Cpu nextWithUtilization() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    work();
    var cpu = source().read(PLAIN).cpu().orElseThrow();
    while (cpu.utilization().isEmpty() && System.nanoTime() < deadline) {
      work();
      cpu = source().read(PLAIN).cpu().orElseThrow();
    }
    return cpu;
  }
}
