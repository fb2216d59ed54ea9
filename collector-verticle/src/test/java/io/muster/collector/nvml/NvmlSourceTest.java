package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.DRIVER_NOT_LOADED;
import static io.muster.collector.nvml.binding.NvmlBinding.GPU_IS_LOST;
import static io.muster.collector.nvml.binding.NvmlBinding.LIB_RM_VERSION_MISMATCH;
import static io.muster.collector.nvml.binding.NvmlBinding.NO_PERMISSION;
import static io.muster.collector.nvml.binding.NvmlBinding.RESET_REQUIRED;
import static io.muster.collector.nvml.binding.NvmlBinding.SUCCESS;
import static io.muster.collector.nvml.binding.NvmlBinding.UNINITIALIZED;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.Gpu;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What becomes of the driver, the session and the devices from read to read. */
class NvmlSourceTest {
  private final FakeGpu first = new FakeGpu("GPU-aaaaaaaa-1");
  private final FakeGpu second = new FakeGpu("GPU-bbbbbbbb-2");
  private final FakeNvml nvml = new FakeNvml(first, second);
  private final Rig rig = new Rig(nvml);

  @Test
  void read_twoGpus_listsThemInDriverOrder() {
    var reading = rig.read();

    assertThat(uuids(reading)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(reading.failures()).isEmpty();
    assertThat(reading.summary()).isEqualTo("2 x NVIDIA H100 80GB HBM3, driver 550.54.15");
  }

  @Test
  void read_noLibrary_isNoFailure() {
    rig.installed = null;

    var reading = rig.read();

    assertThat(reading.gpus()).isEmpty();
    assertThat(reading.failures()).isEmpty();
    assertThat(reading.summary()).isEqualTo("no NVIDIA driver: libfake.so.1 not found");
  }

  @Test
  void read_noLibrary_looksAgainOnceAMinute() {
    rig.installed = null;

    rig.read();
    rig.after(59).read();
    assertThat(rig.loads).isEqualTo(1);

    rig.after(1).read();
    assertThat(rig.loads).isEqualTo(2);
  }

  @Test
  void read_libraryInstalledLater_findsTheGpus() {
    rig.installed = null;
    rig.read();
    rig.installed = nvml;

    assertThat(rig.after(59).read().gpus()).isEmpty();
    assertThat(rig.after(1).read().gpus()).hasSize(2);
  }

  @Test
  void read_driverUpdatedWithoutReboot_saysSoAndRetries() {
    nvml.initCode = LIB_RM_VERSION_MISMATCH;

    var reading = rig.read();

    assertThat(reading.gpus()).isEmpty();
    assertThat(reading.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.NO_DRIVER);
    assertThat(reading.summary())
        .contains("nvmlInit_v2: Driver/library version mismatch (18)", "reboot pending");
    assertThat(nvml.closes).isEqualTo(1);

    nvml.initCode = SUCCESS;
    assertThat(rig.after(60).read().gpus()).hasSize(2);
  }

  @Test
  void read_driverNotLoaded_isAFailureOfTheSource() {
    nvml.initCode = DRIVER_NOT_LOADED;

    assertThat(rig.read().failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "",
                Reason.NO_DRIVER,
                "NVIDIA driver does not work: nvmlInit_v2: Driver Not Loaded (9)"));
  }

  @Test
  void read_driverGoesAway_keepsGpusWithoutReadings() {
    rig.read();
    first.code = UNINITIALIZED;

    var reading = rig.after(3).read();

    assertThat(uuids(reading)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(reading.gpus()).allSatisfy(NvmlSourceTest::isBlank);
    assertThat(reading.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.NO_DRIVER);
    assertThat(nvml.shutdowns).isEqualTo(1);
  }

  @Test
  void read_driverComesBack_readsAgain() {
    rig.read();
    first.code = UNINITIALIZED;
    rig.after(3).read();
    first.code = SUCCESS;

    var reading = rig.after(60).read();

    assertThat(reading.failures()).isEmpty();
    assertThat(reading.gpus().get(0).utilization()).hasValue(87);
  }

  @Test
  void read_gpuLost_staysWithFactsOnly() {
    rig.read();
    second.code = GPU_IS_LOST;

    var reading = rig.after(3).read();

    assertThat(reading.gpus().get(0).utilization()).hasValue(87);
    assertThat(reading.gpus().get(1)).satisfies(NvmlSourceTest::isBlank);
    assertThat(reading.gpus().get(1).name()).isEqualTo("NVIDIA H100 80GB HBM3");
    assertThat(reading.gpus().get(1).temperatureThresholdSlowdown()).hasValue(91);
    assertThat(reading.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "GPU-bbbbbbbb-2",
                Reason.LOST,
                "nvmlDeviceGetUtilizationRates: GPU is lost (15)"));
  }

  @Test
  void read_gpuLost_isAskedOnlyOnceEachRead() {
    rig.read();
    first.code = GPU_IS_LOST;
    second.code = GPU_IS_LOST;
    nvml.asked.clear();

    rig.after(3).readWithProcesses();

    assertThat(nvml.asked).hasSize(2);
  }

  @Test
  void read_gpuLostInTheMiddle_showsNoHalfReadings() {
    rig.read();
    second.refusing(NvmlFunction.POWER_USAGE, GPU_IS_LOST);

    assertThat(rig.after(3).read().gpus().get(1)).satisfies(NvmlSourceTest::isBlank);
  }

  @Test
  void read_lostGpuComesBack_isReadAfterANewSession() {
    rig.read();
    second.code = GPU_IS_LOST;
    rig.after(3).read();
    second.code = SUCCESS;
    assertThat(nvml.inits).isEqualTo(1);

    var reading = rig.after(60).read();

    assertThat(nvml.inits).isEqualTo(2);
    assertThat(nvml.shutdowns).isEqualTo(1);
    assertThat(reading.gpus().get(1).powerConsumption()).hasValue(412.337);
    assertThat(reading.failures()).isEmpty();
  }

  @Test
  void read_newSessionRefused_keepsGpusAndTriesAMinuteLater() {
    rig.read();
    second.code = GPU_IS_LOST;
    rig.after(60).read();
    nvml.initCode = DRIVER_NOT_LOADED;

    var reading = rig.after(3).read();

    assertThat(reading.gpus()).hasSize(2).allSatisfy(NvmlSourceTest::isBlank);
    assertThat(reading.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.NO_DRIVER);

    nvml.initCode = SUCCESS;
    second.code = SUCCESS;
    rig.after(59).read();
    assertThat(nvml.inits).isEqualTo(2);
    assertThat(rig.after(1).read().failures()).isEmpty();
  }

  @Test
  void read_gpuStaysLost_opensOneSessionAMinute() {
    second.code = SUCCESS;
    rig.read();
    second.code = GPU_IS_LOST;
    second.handleCode = GPU_IS_LOST;

    for (int tick = 0; tick < 60; tick++) {
      rig.after(3).read();
    }

    assertThat(nvml.inits).isEqualTo(4);
    assertThat(uuids(rig.read())).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
  }

  @Test
  void read_handleRefused_shiftsNobody() {
    rig.read();
    first.handleCode = GPU_IS_LOST;
    first.code = GPU_IS_LOST;
    rig.after(3).read();

    var reading = rig.after(60).read();

    assertThat(uuids(reading)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(reading.gpus().get(0)).satisfies(NvmlSourceTest::isBlank);
    assertThat(reading.gpus().get(1).utilization()).hasValue(87);
    assertThat(reading.failures())
        .extracting(ReadFailure::message)
        .containsExactly(
            "nvml GPU-aaaaaaaa-1: lost: nvmlDeviceGetHandleByIndex_v2: GPU is lost (15)");
  }

  @Test
  void read_handleRefusedFromTheStart_holdsThePlace() {
    first.handleCode = NO_PERMISSION;

    var reading = rig.read();

    assertThat(uuids(reading)).containsExactly("GPU-0", "GPU-bbbbbbbb-2");
    assertThat(reading.gpus().get(0).name()).isEqualTo("Unknown GPU");
    assertThat(reading.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.NO_PERMISSION);

    first.handleCode = SUCCESS;
    assertThat(uuids(rig.after(60).read())).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
  }

  @Test
  void read_lostGpuNoLongerListed_keepsItsPlace() {
    rig.read();
    nvml.gpus.remove(first);

    var reading = rig.after(3).read();

    assertThat(uuids(reading)).containsExactly("GPU-aaaaaaaa-1", "GPU-bbbbbbbb-2");
    assertThat(reading.gpus().get(0)).satisfies(NvmlSourceTest::isBlank);
    assertThat(reading.gpus().get(1).utilization()).hasValue(87);
    assertThat(reading.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "GPU-aaaaaaaa-1",
                Reason.LOST,
                "no longer listed by the driver"));
  }

  @Test
  void read_gpuAdded_appearsAtOnce() {
    rig.read();
    nvml.gpus.add(1, new FakeGpu("GPU-cccccccc-3"));

    assertThat(uuids(rig.after(3).read()))
        .containsExactly("GPU-aaaaaaaa-1", "GPU-cccccccc-3", "GPU-bbbbbbbb-2");
  }

  @Test
  void read_resetRequired_isBroken() {
    rig.read();
    second.refusing(NvmlFunction.POWER_USAGE, RESET_REQUIRED);

    var reading = rig.after(3).read();

    assertThat(reading.failures()).extracting(ReadFailure::reason).containsExactly(Reason.BROKEN);
    assertThat(reading.gpus().get(1).powerConsumption()).isEmpty();
    assertThat(reading.gpus().get(1).temperature()).hasValue(54);
  }

  @Test
  void close_openSession_shutsTheLibraryDown() {
    rig.read();

    rig.source.close();

    assertThat(nvml.shutdowns).isEqualTo(1);
    assertThat(nvml.closes).isEqualTo(1);
  }

  private static List<String> uuids(GpuReading reading) {
    return reading.gpus().stream().map(Gpu::uuid).toList();
  }

  private static void isBlank(Gpu gpu) {
    assertThat(gpu.utilization()).isEqualTo(OptionalDouble.empty());
    assertThat(gpu.powerConsumption()).isEqualTo(OptionalDouble.empty());
    assertThat(gpu.temperature()).isEqualTo(OptionalLong.empty());
    assertThat(gpu.usedMemory()).isEqualTo(OptionalLong.empty());
    assertThat(gpu.totalMemory()).isEqualTo(OptionalLong.empty());
    assertThat(gpu.frequency()).isEqualTo(OptionalLong.empty());
    assertThat(gpu.performanceState()).isEmpty();
    assertThat(gpu.nvlinkRemoteDevices()).isEmpty();
    assertThat(gpu.detail()).doesNotContainKeys("performance_state", "PCIe Generation");
  }
}
