package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.CORRUPTED_INFOROM;
import static io.muster.collector.nvml.binding.NvmlBinding.GPU_IS_LOST;
import static io.muster.collector.nvml.binding.NvmlBinding.NO_PERMISSION;
import static io.muster.collector.nvml.binding.NvmlBinding.RESET_REQUIRED;
import static io.muster.collector.nvml.binding.NvmlBinding.SUCCESS;
import static io.muster.collector.nvml.binding.NvmlBinding.UNINITIALIZED;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The states of GPUs that follow from the failures of a read. */
class NvmlGpuStateTest {
  private static final int UNKNOWN_ERROR = 999;

  private final FakeGpu first = new FakeGpu("GPU-aaaaaaaa-1");
  private final FakeGpu second = new FakeGpu("GPU-bbbbbbbb-2");
  private final FakeNvmlBinding nvml = new FakeNvmlBinding(first, second);
  private final NvmlSourceFixture fixture = new NvmlSourceFixture(nvml);

  @Test
  void read_gpusThatWork_haveNoState() {
    assertThat(states()).containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void read_lostGpu_isLostUntilItReturns() {
    fixture.read();
    second.code = GPU_IS_LOST;

    assertThat(states()).containsExactly(Optional.empty(), Optional.of(GpuState.LOST));
    second.code = SUCCESS;
    fixture.advanceSeconds(60);
    assertThat(states()).containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void read_gpuThatIsNoLongerListed_isLost() {
    fixture.read();
    nvml.gpus.remove(first);

    assertThat(states()).containsExactly(Optional.of(GpuState.LOST), Optional.empty());
  }

  @Test
  void read_resetRequired_isReportedAlthoughReadingsSucceed() {
    fixture.read();
    second.withCode(NvmlFunction.POWER_USAGE, RESET_REQUIRED);

    assertThat(states()).containsExactly(Optional.empty(), Optional.of(GpuState.RESET_REQUIRED));
  }

  @Test
  void read_oneFailedReading_isDegraded() {
    fixture.read();
    second.withCode(NvmlFunction.POWER_USAGE, CORRUPTED_INFOROM);

    assertThat(states()).containsExactly(Optional.empty(), Optional.of(GpuState.DEGRADED));
  }

  @Test
  void read_onePermissionMissing_isNoState() {
    fixture.read();
    second.withCode(NvmlFunction.POWER_USAGE, NO_PERMISSION);

    assertThat(states()).containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void read_noPermissionAtAll_isReportedForEachGpu() {
    fixture.read();
    first.code = NO_PERMISSION;
    second.code = NO_PERMISSION;

    assertThat(states())
        .containsExactly(Optional.of(GpuState.NO_PERMISSION), Optional.of(GpuState.NO_PERMISSION));
  }

  @Test
  void read_everyReadingFails_isUnreadable() {
    fixture.read();
    second.code = UNKNOWN_ERROR;

    assertThat(states()).containsExactly(Optional.empty(), Optional.of(GpuState.UNREADABLE));
  }

  @Test
  void read_driverUnloaded_isUnreadable() {
    fixture.read();
    first.code = UNINITIALIZED;

    assertThat(states())
        .containsExactly(Optional.of(GpuState.UNREADABLE), Optional.of(GpuState.UNREADABLE));
  }

  private List<Optional<GpuState>> states() {
    return fixture.advanceSeconds(3).read().gpus().stream().map(Gpu::state).toList();
  }
}
