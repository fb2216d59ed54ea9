package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.ARGUMENT_VERSION_MISMATCH;
import static io.muster.collector.nvml.binding.NvmlBinding.DEPRECATED;
import static io.muster.collector.nvml.binding.NvmlBinding.NOT_READY;
import static io.muster.collector.nvml.binding.NvmlBinding.NOT_SUPPORTED;
import static io.muster.collector.nvml.binding.NvmlBinding.NO_PERMISSION;
import static io.muster.collector.nvml.binding.NvmlBinding.PSTATE_UNKNOWN;
import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static io.muster.schema.gpu.GpuReading.FAN_SPEED_RPM;
import static io.muster.schema.gpu.GpuReading.FREQUENCY;
import static io.muster.schema.gpu.GpuReading.GSP_FIRMWARE_MODE;
import static io.muster.schema.gpu.GpuReading.NUMA_NODE_ID;
import static io.muster.schema.gpu.GpuReading.PERFORMANCE_STATE;
import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_ACOUSTIC;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_MAX_OPERATING;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SHUTDOWN;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Mapping of the calls of one GPU to its reading. */
class NvmlDeviceTest {
  private final FakeGpu gpu = new FakeGpu("GPU-aaaaaaaa-1");
  private final FakeNvmlBinding nvml = new FakeNvmlBinding(gpu);
  private final NvmlSourceFixture fixture = new NvmlSourceFixture(nvml);

  @Test
  void read_everyFunctionSupported_fillsTheReadings() {
    var result = onlyGpu();

    var origin = result.origin();
    assertThat(origin.time()).isEqualTo("1970-01-01 00:00:00");
    assertThat(result.identity().deviceType()).isEqualTo("GPU");
    assertThat(List.of(origin.hostId(), origin.hostname(), origin.instance()))
        .containsOnly("gpu-01");
    assertThat(result.value(UTILIZATION)).hasValue(87);
    assertThat(result.value(TEMPERATURE)).hasValue(54);
    assertThat(result.value(USED_MEMORY)).hasValue(10 * FakeGpu.GIB);
    assertThat(result.value(TOTAL_MEMORY)).hasValue(80 * FakeGpu.GIB);
    assertThat(result.value(FREQUENCY)).hasValue(1755);
    assertThat(result.value(POWER_CONSUMPTION)).hasValue(412.337);
    assertThat(result.value(PERFORMANCE_STATE)).hasValue(0);
    assertThat(result.value(FAN_SPEED_RPM)).isEmpty();
    assertThat(result.value(ENERGY_CONSUMED_JOULES)).hasValue(5_000_000.123);
  }

  @Test
  void read_everyFunctionSupported_fillsTheFacts() {
    var result = onlyGpu();

    assertThat(result.name()).isEqualTo("NVIDIA H100 80GB HBM3");
    assertThat(result.value(TEMPERATURE_THRESHOLD_SHUTDOWN)).hasValue(90);
    assertThat(result.value(TEMPERATURE_THRESHOLD_SLOWDOWN)).hasValue(91);
    assertThat(result.value(TEMPERATURE_THRESHOLD_MAX_OPERATING)).hasValue(93);
    assertThat(result.value(TEMPERATURE_THRESHOLD_ACOUSTIC)).hasValue(95);
    assertThat(result.value(NUMA_NODE_ID)).hasValue(1);
    assertThat(result.value(GSP_FIRMWARE_MODE)).hasValue(2);
    assertThat(result.gspFirmwareVersion()).contains("550.54.15");
    assertThat(result.gpmMetrics()).contains(GpmMetrics.NO_READINGS);
  }

  @Test
  void read_everyFunctionSupported_fillsTheDetailOfAllSmi() {
    assertThat(onlyGpu().detail())
        .containsOnly(
            entry("Driver Version", "550.54.15"),
            entry("CUDA Version", "12.4"),
            entry("lib_name", "CUDA"),
            entry("lib_version", "12.4"),
            entry("Brand", "Nvidia"),
            entry("architecture", "Hopper"),
            entry("PCIe Generation", "5"),
            entry("PCIe Width", "x16"),
            entry("pcie_gen_max", "5"),
            entry("pcie_width_max", "16"),
            entry("compute_mode", "Default"),
            entry("performance_state", "Zero"),
            entry("power_limit_current", "650.00"),
            entry("power_limit_default", "700.00"),
            entry("power_limit_min", "200.00"),
            entry("power_limit_max", "700.00"),
            entry("clock_graphics_max", "1980"),
            entry("clock_memory_max", "1982"),
            entry("ecc_mode_current", "Enabled"),
            entry("mig_mode_current", "0"),
            entry("mig_mode_pending", "1"),
            entry("vbios_version", "96.00.AB.00.01"),
            entry("serial_number", "1650123456789"),
            entry("PCI Bus", "0000:3b:00.0"));
  }

  @Test
  void read_stateAndLinkChange_updatesTheDetail() {
    onlyGpu();
    gpu.values.putAll(Map.of(NvmlFunction.PERFORMANCE_STATE, 8, NvmlFunction.PCIE_GENERATION, 1));

    assertThat(onlyGpu().detail())
        .contains(entry("performance_state", "Eight"), entry("PCIe Generation", "1"));
  }

  @Test
  void read_notSupported_isEmptyAndNotCalledAgain() {
    gpu.withCode(NvmlFunction.UTILIZATION, NOT_SUPPORTED).withCode(NvmlFunction.CLOCK, DEPRECATED);
    nvml.missingFunctions.add(NvmlFunction.POWER_USAGE);

    var result = onlyGpu();
    onlyGpu();

    assertThat(result.value(UTILIZATION)).isEmpty();
    assertThat(result.value(FREQUENCY)).isEmpty();
    assertThat(result.value(POWER_CONSUMPTION)).isEmpty();
    assertThat(nvml.callCount(NvmlFunction.UTILIZATION)).isEqualTo(1);
    assertThat(nvml.callCount(NvmlFunction.CLOCK)).isEqualTo(1);
    assertThat(nvml.callCount(NvmlFunction.POWER_USAGE)).isEqualTo(1);
    assertThat(fixture.read().failures()).isEmpty();
  }

  @Test
  void read_noPermission_isOneFailureAndNoZero() {
    nvml.gpus.add(new FakeGpu("GPU-bbbbbbbb-2"));
    nvml.gpus.forEach(
        each ->
            each.withCode(NvmlFunction.POWER_USAGE, NO_PERMISSION)
                .withCode(NvmlFunction.CLOCK, NO_PERMISSION));

    var readings = fixture.read();

    assertThat(readings.gpus())
        .allSatisfy(each -> assertThat(each.value(POWER_CONSUMPTION)).isEmpty());
    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.NO_PERMISSION);
    assertThat(fixture.read().failures()).hasSize(1);
  }

  @Test
  void read_unknownError_isReportedAndRetried() {
    gpu.withCode(NvmlFunction.TEMPERATURE, 999);

    assertThat(fixture.read().failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "GPU-aaaaaaaa-1",
                FailureReason.FAILED,
                "nvmlDeviceGetTemperature: Unknown Error (999)"));
    gpu.codes.clear();
    assertThat(onlyGpu().value(TEMPERATURE)).hasValue(54);
  }

  @Test
  void read_notReady_isEmptyWithoutFailure() {
    gpu.withCode(NvmlFunction.UTILIZATION, NOT_READY);

    var readings = fixture.read();

    assertThat(readings.gpus().get(0).value(UTILIZATION)).isEmpty();
    assertThat(readings.failures()).isEmpty();
  }

  @Test
  void read_memoryStructTooNew_fallsBackToTheFirstVersion() {
    gpu.withCode(NvmlFunction.MEMORY_V2, ARGUMENT_VERSION_MISMATCH);

    var result = onlyGpu();
    onlyGpu();

    assertThat(result.value(USED_MEMORY)).hasValue(11 * FakeGpu.GIB);
    assertThat(result.value(TOTAL_MEMORY)).hasValue(80 * FakeGpu.GIB);
    assertThat(nvml.callCount(NvmlFunction.MEMORY_V2)).isEqualTo(1);
  }

  @Test
  void read_memoryUnreadable_isNotReplacedByTheOldStruct() {
    gpu.withCode(NvmlFunction.MEMORY_V2, 999);

    assertThat(onlyGpu().value(USED_MEMORY)).isEmpty();
    assertThat(nvml.callCount(NvmlFunction.MEMORY)).isZero();
  }

  @Test
  void read_noDedicatedMemory_isUnified() {
    gpu.withCode(NvmlFunction.MEMORY_V2, NOT_SUPPORTED)
        .withCode(NvmlFunction.MEMORY, NOT_SUPPORTED);

    var result = onlyGpu();

    assertThat(result.value(TOTAL_MEMORY)).isEmpty();
    assertThat(result.detail())
        .contains(entry("Memory Type", "Unified"), entry("Interconnect", "Integrated"))
        .doesNotContainKeys("PCIe Generation", "PCIe Width", "pcie_gen_max", "pcie_width_max");
  }

  @Test
  void read_stateUnknown_isEmpty() {
    gpu.values.put(NvmlFunction.PERFORMANCE_STATE, PSTATE_UNKNOWN);

    var result = onlyGpu();

    assertThat(result.value(PERFORMANCE_STATE)).isEmpty();
    assertThat(result.detail()).doesNotContainKey("performance_state");
  }

  @Test
  void read_noNumaNode_isEmpty() {
    gpu.values.put(NvmlFunction.NUMA_NODE_ID, -1);

    assertThat(onlyGpu().value(NUMA_NODE_ID)).isEmpty();
  }

  @Test
  void read_links_listsTheActiveOnes() {
    gpu.remoteTypes = List.of(0, 1, 2, 0xFF);

    assertThat(onlyGpu().nvlinkRemoteDevices())
        .containsExactly(link(0, "gpu"), link(1, "ibmnpu"), link(2, "switch"), link(3, "unknown"));
  }

  @Test
  void read_linkGoesDownAndUp_updatesTheLinks() {
    onlyGpu();
    gpu.remoteTypes = List.of(2);
    assertThat(onlyGpu().nvlinkRemoteDevices()).containsExactly(link(0, "switch"));

    gpu.remoteTypes = List.of(2, 0);
    assertThat(onlyGpu().nvlinkRemoteDevices()).containsExactly(link(0, "switch"), link(1, "gpu"));
  }

  @Test
  void read_linksBeyondTheLast_areCalledOnce() {
    onlyGpu();
    nvml.calls.clear();

    onlyGpu();

    assertThat(nvml.callCount(NvmlFunction.NVLINK_STATE)).isEqualTo(12);
    assertThat(nvml.callCount(NvmlFunction.NVLINK_REMOTE_TYPE)).isZero();
  }

  @Test
  void read_withinTenMinutes_reusesTheFacts() {
    fixture.read();
    nvml.calls.clear();

    fixture.advanceSeconds(599).read();
    assertThat(nvml.callCount(NvmlFunction.POWER_LIMIT)).isZero();

    gpu.values.put(NvmlFunction.POWER_LIMIT, 500_000);
    assertThat(fixture.advanceSeconds(1).read().gpus().get(0).detail())
        .contains(entry("power_limit_current", "500.00"));
  }

  private Gpu onlyGpu() {
    return fixture.read().gpus().get(0);
  }

  private static NvlinkRemoteDevice link(int index, String remoteType) {
    return new NvlinkRemoteDevice(index, remoteType, OptionalLong.empty());
  }
}
