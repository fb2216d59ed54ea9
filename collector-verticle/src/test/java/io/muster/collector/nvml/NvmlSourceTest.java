package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.DRIVER_NOT_LOADED;
import static io.muster.collector.nvml.binding.NvmlBinding.GPU_IS_LOST;
import static io.muster.collector.nvml.binding.NvmlBinding.LIB_RM_VERSION_MISMATCH;
import static io.muster.collector.nvml.binding.NvmlBinding.NO_PERMISSION;
import static io.muster.collector.nvml.binding.NvmlBinding.RESET_REQUIRED;
import static io.muster.collector.nvml.binding.NvmlBinding.SUCCESS;
import static io.muster.collector.nvml.binding.NvmlBinding.UNINITIALIZED;
import static io.muster.schema.gpu.GpuReading.FREQUENCY;
import static io.muster.schema.gpu.GpuReading.PERFORMANCE_STATE;
import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.Gpu;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lifecycle of the driver, the session and the devices across reads. */
class NvmlSourceTest {
  private final FakeGpu first = new FakeGpu("GPU-aaaaaaaa-1");
  private final FakeGpu second = new FakeGpu("GPU-bbbbbbbb-2");
  private final FakeNvmlBinding nvml = new FakeNvmlBinding(first, second);
  private final NvmlSourceFixture fixture = new NvmlSourceFixture(nvml);

  @Test
  void read_twoGpus_listsThemInDriverOrder() {
    var readings = fixture.read();

    assertThat(uuids(readings)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(readings.failures()).isEmpty();
    assertThat(readings.summary()).isEqualTo("2 x NVIDIA H100 80GB HBM3, driver 550.54.15");
  }

  @Test
  void read_noLibrary_isNoFailure() {
    fixture.installedBinding = null;

    var readings = fixture.read();

    assertThat(readings.gpus()).isEmpty();
    assertThat(readings.failures()).isEmpty();
    assertThat(readings.summary()).isEqualTo("no NVIDIA driver: libfake.so.1 not found");
  }

  @Test
  void read_noLibrary_retriesOnceAMinute() {
    fixture.installedBinding = null;

    fixture.read();
    fixture.advanceSeconds(59).read();
    assertThat(fixture.loadCount).isEqualTo(1);

    fixture.advanceSeconds(1).read();
    assertThat(fixture.loadCount).isEqualTo(2);
  }

  @Test
  void read_libraryInstalledLater_findsTheGpus() {
    fixture.installedBinding = null;
    fixture.read();
    fixture.installedBinding = nvml;

    assertThat(fixture.advanceSeconds(59).read().gpus()).isEmpty();
    assertThat(fixture.advanceSeconds(1).read().gpus()).hasSize(2);
  }

  @Test
  void read_driverUpdatedWithoutReboot_reportsItAndRetries() {
    nvml.initCode = LIB_RM_VERSION_MISMATCH;

    var readings = fixture.read();

    assertThat(readings.gpus()).isEmpty();
    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.NO_DRIVER);
    assertThat(readings.summary())
        .contains("nvmlInit_v2: Driver/library version mismatch (18)", "reboot pending");
    assertThat(nvml.closeCount).isEqualTo(1);

    nvml.initCode = SUCCESS;
    assertThat(fixture.advanceSeconds(60).read().gpus()).hasSize(2);
  }

  @Test
  void read_driverNotLoaded_isAFailureOfTheSource() {
    nvml.initCode = DRIVER_NOT_LOADED;

    assertThat(fixture.read().failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "",
                FailureReason.NO_DRIVER,
                "NVIDIA driver does not work: nvmlInit_v2: Driver Not Loaded (9)"));
  }

  @Test
  void read_driverUnloaded_keepsGpusWithoutReadings() {
    fixture.read();
    first.code = UNINITIALIZED;

    var readings = fixture.advanceSeconds(3).read();

    assertThat(uuids(readings)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(readings.gpus()).allSatisfy(NvmlSourceTest::assertNoReadings);
    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.NO_DRIVER);
    assertThat(nvml.shutdownCount).isEqualTo(1);
  }

  @Test
  void read_driverReloaded_readsAgain() {
    fixture.read();
    first.code = UNINITIALIZED;
    fixture.advanceSeconds(3).read();
    first.code = SUCCESS;

    var readings = fixture.advanceSeconds(60).read();

    assertThat(readings.failures()).isEmpty();
    assertThat(readings.gpus().get(0).value(UTILIZATION)).hasValue(87);
  }

  @Test
  void read_gpuLost_keepsFactsOnly() {
    fixture.read();
    second.code = GPU_IS_LOST;

    var readings = fixture.advanceSeconds(3).read();

    assertThat(readings.gpus().get(0).value(UTILIZATION)).hasValue(87);
    assertThat(readings.gpus().get(1)).satisfies(NvmlSourceTest::assertNoReadings);
    assertThat(readings.gpus().get(1).name()).isEqualTo("NVIDIA H100 80GB HBM3");
    assertThat(readings.gpus().get(1).value(TEMPERATURE_THRESHOLD_SLOWDOWN)).hasValue(91);
    assertThat(readings.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "GPU-bbbbbbbb-2",
                FailureReason.LOST,
                "nvmlDeviceGetUtilizationRates: GPU is lost (15)"));
  }

  @Test
  void read_gpuLost_isCalledOnceEachRead() {
    fixture.read();
    first.code = GPU_IS_LOST;
    second.code = GPU_IS_LOST;
    nvml.calls.clear();

    fixture.advanceSeconds(3).readWithProcesses();

    assertThat(nvml.calls).hasSize(2);
  }

  @Test
  void read_gpuLostDuringRead_hasNoPartialReadings() {
    fixture.read();
    second.withCode(NvmlFunction.POWER_USAGE, GPU_IS_LOST);

    assertThat(fixture.advanceSeconds(3).read().gpus().get(1))
        .satisfies(NvmlSourceTest::assertNoReadings);
  }

  @Test
  void read_lostGpuRecovers_isReadAfterANewSession() {
    fixture.read();
    second.code = GPU_IS_LOST;
    fixture.advanceSeconds(3).read();
    second.code = SUCCESS;
    assertThat(nvml.initCount).isEqualTo(1);

    var readings = fixture.advanceSeconds(60).read();

    assertThat(nvml.initCount).isEqualTo(2);
    assertThat(nvml.shutdownCount).isEqualTo(1);
    assertThat(readings.gpus().get(1).value(POWER_CONSUMPTION)).hasValue(412.337);
    assertThat(readings.failures()).isEmpty();
  }

  @Test
  void read_newSessionFails_keepsGpusAndRetriesAfterAMinute() {
    fixture.read();
    second.code = GPU_IS_LOST;
    fixture.advanceSeconds(60).read();
    nvml.initCode = DRIVER_NOT_LOADED;

    var readings = fixture.advanceSeconds(3).read();

    assertThat(readings.gpus()).hasSize(2).allSatisfy(NvmlSourceTest::assertNoReadings);
    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.NO_DRIVER);

    nvml.initCode = SUCCESS;
    second.code = SUCCESS;
    fixture.advanceSeconds(59).read();
    assertThat(nvml.initCount).isEqualTo(2);
    assertThat(fixture.advanceSeconds(1).read().failures()).isEmpty();
  }

  @Test
  void read_gpuStaysLost_opensOneSessionAMinute() {
    second.code = SUCCESS;
    fixture.read();
    second.code = GPU_IS_LOST;
    second.handleCode = GPU_IS_LOST;

    for (int tick = 0; tick < 60; tick++) {
      fixture.advanceSeconds(3).read();
    }

    assertThat(nvml.initCount).isEqualTo(4);
    assertThat(uuids(fixture.read())).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
  }

  @Test
  void read_handleFails_keepsTheIndexesOfOtherGpus() {
    fixture.read();
    first.handleCode = GPU_IS_LOST;
    first.code = GPU_IS_LOST;
    fixture.advanceSeconds(3).read();

    var readings = fixture.advanceSeconds(60).read();

    assertThat(uuids(readings)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(readings.gpus().get(0)).satisfies(NvmlSourceTest::assertNoReadings);
    assertThat(readings.gpus().get(1).value(UTILIZATION)).hasValue(87);
    assertThat(readings.failures())
        .extracting(ReadFailure::message)
        .containsExactly(
            "nvml GPU-aaaaaaaa-1: lost: nvmlDeviceGetHandleByIndex_v2: GPU is lost (15)");
  }

  @Test
  void read_handleFailsFromTheStart_keepsAPlaceholder() {
    first.handleCode = NO_PERMISSION;

    var readings = fixture.read();

    assertThat(uuids(readings)).containsExactly("GPU-0", "GPU-bbbbbbbb-2");
    assertThat(readings.gpus().get(0).name()).isEqualTo("Unknown GPU");
    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.NO_PERMISSION);

    first.handleCode = SUCCESS;
    assertThat(uuids(fixture.advanceSeconds(60).read()))
        .containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
  }

  @Test
  void read_lostGpuNoLongerListed_keepsItsIndex() {
    fixture.read();
    nvml.gpus.remove(first);

    var readings = fixture.advanceSeconds(3).read();

    assertThat(uuids(readings)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(readings.gpus().get(0)).satisfies(NvmlSourceTest::assertNoReadings);
    assertThat(readings.gpus().get(1).value(UTILIZATION)).hasValue(87);
    assertThat(readings.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "GPU-aaaaaaaa-1",
                FailureReason.LOST,
                "no longer listed by the driver"));
  }

  @Test
  void read_gpuAdded_isListedAtOnce() {
    fixture.read();
    nvml.gpus.add(1, new FakeGpu("GPU-cccccccc-3"));

    assertThat(uuids(fixture.advanceSeconds(3).read()))
        .containsExactly("GPU-aaaaaaaa-1", "GPU-cccccccc-3", "GPU-bbbbbbbb-2");
  }

  @Test
  void read_resetRequired_isBroken() {
    fixture.read();
    second.withCode(NvmlFunction.POWER_USAGE, RESET_REQUIRED);

    var readings = fixture.advanceSeconds(3).read();

    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.BROKEN);
    assertThat(readings.gpus().get(1).value(POWER_CONSUMPTION)).isEmpty();
    assertThat(readings.gpus().get(1).value(TEMPERATURE)).hasValue(54);
  }

  @Test
  void close_openSession_shutsTheLibraryDown() {
    fixture.read();

    fixture.source.close();

    assertThat(nvml.shutdownCount).isEqualTo(1);
    assertThat(nvml.closeCount).isEqualTo(1);
  }

  private static List<String> uuids(GpuReadings readings) {
    return readings.gpus().stream().map(Gpu::uuid).toList();
  }

  private static void assertNoReadings(Gpu gpu) {
    assertThat(gpu.value(UTILIZATION)).isEmpty();
    assertThat(gpu.value(POWER_CONSUMPTION)).isEmpty();
    assertThat(gpu.value(TEMPERATURE)).isEmpty();
    assertThat(gpu.value(USED_MEMORY)).isEmpty();
    assertThat(gpu.value(TOTAL_MEMORY)).isEmpty();
    assertThat(gpu.value(FREQUENCY)).isEmpty();
    assertThat(gpu.value(PERFORMANCE_STATE)).isEmpty();
    assertThat(gpu.nvlinkRemoteDevices()).isEmpty();
    assertThat(gpu.detail()).doesNotContainKeys("performance_state", "PCIe Generation");
  }
}
