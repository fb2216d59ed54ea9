package io.muster.collector.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.collector.source.GpuProcess;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProcessJoinTest {
  private static final long MIB = 1 << 20;

  @Test
  void join_noGpuProcess_returnsTheTable() {
    var table = List.of(row(1), row(2));

    assertThat(ProcessJoin.join(table, List.of())).isEqualTo(table);
  }

  @Test
  void join_processOnTwoGpus_hasTwoRows() {
    var rows =
        ProcessJoin.join(
            List.of(row(1), row(40), row(50)),
            List.of(gpuProcess(40, 1, "GPU-b"), gpuProcess(40, 0, "GPU-a")));

    assertThat(rows)
        .extracting(
            each -> each.identity().pid(),
            each -> each.gpu().deviceUuid(),
            each -> each.gpu().deviceId())
        .containsExactly(
            tuple(1L, "", 0), tuple(40L, "GPU-a", 0), tuple(40L, "GPU-b", 1), tuple(50L, "", 0));
    assertThat(rows)
        .extracting(each -> each.gpu().usesGpu())
        .containsExactly(false, true, true, false);
  }

  @Test
  void join_rowOnAGpu_keepsTheColumnsOfTheHost() {
    var row = row(40);

    var joined = ProcessJoin.join(List.of(row), List.of(gpuProcess(40, 3, "GPU-a"))).get(0);

    assertThat(joined)
        .usingRecursiveComparison()
        .ignoringFields("gpu.deviceId", "gpu.deviceUuid", "gpu.usedMemory", "gpu.usesGpu")
        .isEqualTo(row);
  }

  @Test
  void join_processMissingFromTheTable_hasTheColumnsOfTheDriver() {
    var rows = ProcessJoin.join(List.of(row(50)), List.of(gpuProcess(40, 2, "GPU-a")));

    assertThat(rows)
        .extracting(
            each -> each.identity().pid(),
            each -> each.identity().processName(),
            each -> each.gpu().deviceUuid())
        .containsExactly(tuple(40L, "unknown", "GPU-a"), tuple(50L, "python", ""));
    assertThat(rows.get(0).gpu().usesGpu()).isTrue();
    assertThat(rows.get(0).gpu().usedMemory()).isEqualTo(5 * MIB);
  }

  @Test
  void join_usedMemory_isWholeMebibytesAndZeroWhenNotReported() {
    var rows =
        ProcessJoin.join(
            List.of(),
            List.of(
                new GpuProcess(1, 0, "a", OptionalLong.of(3 * MIB - 1)),
                new GpuProcess(2, 0, "a", OptionalLong.of(MIB - 1)),
                new GpuProcess(3, 0, "a", OptionalLong.empty())));

    assertThat(rows).extracting(each -> each.gpu().usedMemory()).containsExactly(2 * MIB, 0L, 0L);
  }

  @Test
  void join_duplicatePid_doesNotFail() {
    var rows = ProcessJoin.join(List.of(row(40), row(40)), List.of(gpuProcess(40, 0, "GPU-a")));

    assertThat(rows).extracting(each -> each.gpu().deviceUuid()).containsExactly("GPU-a");
  }

  private static GpuProcess gpuProcess(long pid, int index, String uuid) {
    return new GpuProcess(pid, index, uuid, OptionalLong.of(5 * MIB));
  }

  /** A row of the host's process table, without GPU columns. */
  private static ProcessEntry row(long pid) {
    var sample = FrameTestData.readings("a").processes().get(0);
    return new ProcessEntry(
        new ProcessIdentity(
            pid,
            sample.identity().ppid(),
            sample.identity().processName(),
            sample.identity().user(),
            sample.identity().command(),
            sample.identity().startTime()),
        new ProcessSchedule(
            sample.schedule().state(),
            sample.schedule().threads(),
            sample.schedule().priority(),
            sample.schedule().niceValue()),
        new ProcessLoad(
            sample.load().cpuPercent(),
            sample.load().cpuTime(),
            sample.load().memoryPercent(),
            sample.load().memoryRss(),
            sample.load().memoryVms()),
        ProcessGpuUse.NONE);
  }
}
