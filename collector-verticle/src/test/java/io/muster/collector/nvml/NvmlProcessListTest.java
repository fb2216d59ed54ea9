package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.NOT_SUPPORTED;
import static io.muster.collector.nvml.binding.NvmlBinding.VALUE_NOT_AVAILABLE;
import static io.muster.collector.nvml.binding.NvmlFunction.COMPUTE_PROCESSES;
import static io.muster.collector.nvml.binding.NvmlFunction.GRAPHICS_PROCESSES;
import static io.muster.collector.nvml.binding.NvmlFunction.MPS_PROCESSES;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.source.GpuProcess;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvmlProcessListTest {
  private static final String UUID = "GPU-aaaaaaaa-1";
  private static final long MIB = 1L << 20;

  private final FakeGpu gpu = new FakeGpu(UUID);
  private final FakeNvmlBinding nvml = new FakeNvmlBinding(gpu);
  private final NvmlSourceFixture fixture = new NvmlSourceFixture(nvml);

  @Test
  void read_processesNotRequested_callsNoProcessFunction() {
    gpu.withProcess(COMPUTE_PROCESSES, 42, MIB);

    assertThat(fixture.read().processes()).isEmpty();
    assertThat(nvml.calls).doesNotContain(COMPUTE_PROCESSES, GRAPHICS_PROCESSES, MPS_PROCESSES);
  }

  @Test
  void read_threeLists_listsAll() {
    gpu.withProcess(COMPUTE_PROCESSES, 42, MIB)
        .withProcess(GRAPHICS_PROCESSES, 43, 2 * MIB)
        .withProcess(MPS_PROCESSES, 44, 3 * MIB);

    assertThat(fixture.readWithProcesses().processes())
        .containsExactly(process(42, MIB), process(43, 2 * MIB), process(44, 3 * MIB));
  }

  @Test
  void read_sameProcessInTwoLists_isOneWithTheLargerMemory() {
    gpu.withProcess(COMPUTE_PROCESSES, 42, MIB)
        .withProcess(GRAPHICS_PROCESSES, 42, 5 * MIB)
        .withProcess(MPS_PROCESSES, 42, VALUE_NOT_AVAILABLE);

    assertThat(fixture.readWithProcesses().processes()).containsExactly(process(42, 5 * MIB));
  }

  @Test
  void read_memoryNotReported_isEmpty() {
    gpu.withProcess(COMPUTE_PROCESSES, 42, VALUE_NOT_AVAILABLE);

    assertThat(fixture.readWithProcesses().processes())
        .containsExactly(new GpuProcess(42, 0, UUID, OptionalLong.empty()));
  }

  @Test
  void read_sameProcessOnTwoGpus_isTwoRows() {
    gpu.withProcess(COMPUTE_PROCESSES, 42, MIB);
    nvml.gpus.add(new FakeGpu("GPU-bbbbbbbb-2").withProcess(COMPUTE_PROCESSES, 42, 2 * MIB));

    assertThat(fixture.readWithProcesses().processes())
        .containsExactly(
            process(42, MIB), new GpuProcess(42, 1, "GPU-bbbbbbbb-2", OptionalLong.of(2 * MIB)));
  }

  @Test
  void read_listLargerThanBuffer_growsAndReadsAll() {
    for (int pid = 1; pid <= 500; pid++) {
      gpu.withProcess(COMPUTE_PROCESSES, pid, pid * MIB);
    }

    assertThat(fixture.readWithProcesses().processes())
        .hasSize(500)
        .contains(process(1, MIB), process(500, 500 * MIB));
    assertThat(fixture.read().failures()).isEmpty();
  }

  @Test
  void read_listNotSupported_isNotCalledAgain() {
    gpu.withCode(MPS_PROCESSES, NOT_SUPPORTED).withProcess(COMPUTE_PROCESSES, 42, MIB);

    fixture.readWithProcesses();
    var readings = fixture.readWithProcesses();

    assertThat(readings.processes()).containsExactly(process(42, MIB));
    assertThat(readings.failures()).isEmpty();
    assertThat(nvml.callCount(MPS_PROCESSES)).isEqualTo(1);
  }

  @Test
  void read_oldSymbols_haveSmallEntries() {
    nvml.symbolIndex = 2;
    nvml.processStrideBytes = 16;
    gpu.withProcess(COMPUTE_PROCESSES, 42, MIB).withProcess(COMPUTE_PROCESSES, 43, 2 * MIB);

    assertThat(fixture.readWithProcesses().processes())
        .containsExactly(process(42, MIB), process(43, 2 * MIB));
  }

  /** The names are the newest ones; all three strides were observed in drivers. */
  @ParameterizedTest
  @ValueSource(ints = {16, 24, 32})
  void read_newSymbols_useTheStrideThatTheDriverWrites(int strideBytes) {
    nvml.processStrideBytes = strideBytes;
    gpu.withProcess(COMPUTE_PROCESSES, 42, MIB)
        .withProcess(COMPUTE_PROCESSES, 43, 2 * MIB)
        .withProcess(COMPUTE_PROCESSES, 44, VALUE_NOT_AVAILABLE)
        .withProcess(GRAPHICS_PROCESSES, 45, 3 * MIB);

    assertThat(fixture.readWithProcesses().processes())
        .containsExactly(
            process(42, MIB),
            process(43, 2 * MIB),
            new GpuProcess(44, 0, UUID, OptionalLong.empty()),
            process(45, 3 * MIB));
  }

  private static GpuProcess process(long pid, long memoryBytes) {
    return new GpuProcess(pid, 0, UUID, OptionalLong.of(memoryBytes));
  }
}
