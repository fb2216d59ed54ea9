package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.ARGUMENT_VERSION_MISMATCH;
import static io.muster.collector.nvml.binding.NvmlBinding.DEPRECATED;
import static io.muster.collector.nvml.binding.NvmlBinding.NOT_READY;
import static io.muster.collector.nvml.binding.NvmlBinding.NOT_SUPPORTED;
import static io.muster.collector.nvml.binding.NvmlBinding.NO_PERMISSION;
import static io.muster.collector.nvml.binding.NvmlBinding.PSTATE_UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** How the calls of one GPU become the 29 keys. */
class NvmlDeviceTest {
  private final FakeGpu gpu = new FakeGpu("GPU-aaaaaaaa-1");
  private final FakeNvml nvml = new FakeNvml(gpu);
  private final Rig rig = new Rig(nvml);

  @Test
  void read_everyFunctionThere_fillsTheReadings() {
    var read = onlyGpu();

    assertThat(read.time()).isEqualTo("1970-01-01 00:00:00");
    assertThat(read.deviceType()).isEqualTo("GPU");
    assertThat(List.of(read.hostId(), read.hostname(), read.instance())).containsOnly("gpu-01");
    assertThat(read.utilization()).hasValue(87);
    assertThat(read.temperature()).hasValue(54);
    assertThat(read.usedMemory()).hasValue(10 * FakeGpu.GIB);
    assertThat(read.totalMemory()).hasValue(80 * FakeGpu.GIB);
    assertThat(read.frequency()).hasValue(1755);
    assertThat(read.powerConsumption()).hasValue(412.337);
    assertThat(read.performanceState()).hasValue(0);
    assertThat(read.fanSpeedRpm()).isEmpty();
    assertThat(read.energyConsumedJoules()).hasValue(5_000_000.123);
  }

  @Test
  void read_everyFunctionThere_fillsTheFacts() {
    var read = onlyGpu();

    assertThat(read.name()).isEqualTo("NVIDIA H100 80GB HBM3");
    assertThat(read.temperatureThresholdShutdown()).hasValue(90);
    assertThat(read.temperatureThresholdSlowdown()).hasValue(91);
    assertThat(read.temperatureThresholdMaxOperating()).hasValue(93);
    assertThat(read.temperatureThresholdAcoustic()).hasValue(95);
    assertThat(read.numaNodeId()).hasValue(1);
    assertThat(read.gspFirmwareMode()).hasValue(2);
    assertThat(read.gspFirmwareVersion()).contains("550.54.15");
    assertThat(read.gpmMetrics()).contains(GpmMetrics.NO_READINGS);
  }

  @Test
  void read_everyFunctionThere_fillsTheDetailOfAllSmi() {
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
  void read_stateAndLinkChange_detailFollows() {
    onlyGpu();
    gpu.values.putAll(Map.of(NvmlFunction.PERFORMANCE_STATE, 8, NvmlFunction.PCIE_GENERATION, 1));

    assertThat(onlyGpu().detail())
        .contains(entry("performance_state", "Eight"), entry("PCIe Generation", "1"));
  }

  @Test
  void read_notSupported_isEmptyAndNotAskedAgain() {
    gpu.refusing(NvmlFunction.UTILIZATION, NOT_SUPPORTED).refusing(NvmlFunction.CLOCK, DEPRECATED);
    nvml.missing.add(NvmlFunction.POWER_USAGE);

    var read = onlyGpu();
    onlyGpu();

    assertThat(read.utilization()).isEmpty();
    assertThat(read.frequency()).isEmpty();
    assertThat(read.powerConsumption()).isEmpty();
    assertThat(nvml.asked(NvmlFunction.UTILIZATION)).isEqualTo(1);
    assertThat(nvml.asked(NvmlFunction.CLOCK)).isEqualTo(1);
    assertThat(nvml.asked(NvmlFunction.POWER_USAGE)).isEqualTo(1);
    assertThat(rig.read().failures()).isEmpty();
  }

  @Test
  void read_noPermission_isOneFailureAndNoZero() {
    nvml.gpus.add(new FakeGpu("GPU-bbbbbbbb-2"));
    nvml.gpus.forEach(
        each ->
            each.refusing(NvmlFunction.POWER_USAGE, NO_PERMISSION)
                .refusing(NvmlFunction.CLOCK, NO_PERMISSION));

    var reading = rig.read();

    assertThat(reading.gpus()).allSatisfy(each -> assertThat(each.powerConsumption()).isEmpty());
    assertThat(reading.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.NO_PERMISSION);
    assertThat(rig.read().failures()).hasSize(1);
  }

  @Test
  void read_unknownError_isReportedAndAskedAgain() {
    gpu.refusing(NvmlFunction.TEMPERATURE, 999);

    assertThat(rig.read().failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "GPU-aaaaaaaa-1",
                Reason.FAILED,
                "nvmlDeviceGetTemperature: Unknown Error (999)"));
    gpu.codes.clear();
    assertThat(onlyGpu().temperature()).hasValue(54);
  }

  @Test
  void read_notReady_isEmptyWithoutFailure() {
    gpu.refusing(NvmlFunction.UTILIZATION, NOT_READY);

    var reading = rig.read();

    assertThat(reading.gpus().get(0).utilization()).isEmpty();
    assertThat(reading.failures()).isEmpty();
  }

  @Test
  void read_memoryStructTooNew_fallsBackToTheFirst() {
    gpu.refusing(NvmlFunction.MEMORY_V2, ARGUMENT_VERSION_MISMATCH);

    var read = onlyGpu();
    onlyGpu();

    assertThat(read.usedMemory()).hasValue(11 * FakeGpu.GIB);
    assertThat(read.totalMemory()).hasValue(80 * FakeGpu.GIB);
    assertThat(nvml.asked(NvmlFunction.MEMORY_V2)).isEqualTo(1);
  }

  @Test
  void read_memoryUnreadable_isNotReplacedByTheOldStruct() {
    gpu.refusing(NvmlFunction.MEMORY_V2, 999);

    assertThat(onlyGpu().usedMemory()).isEmpty();
    assertThat(nvml.asked(NvmlFunction.MEMORY)).isZero();
  }

  @Test
  void read_noMemoryOfItsOwn_isUnified() {
    gpu.refusing(NvmlFunction.MEMORY_V2, NOT_SUPPORTED)
        .refusing(NvmlFunction.MEMORY, NOT_SUPPORTED);

    var read = onlyGpu();

    assertThat(read.totalMemory()).isEmpty();
    assertThat(read.detail())
        .contains(entry("Memory Type", "Unified"), entry("Interconnect", "Integrated"))
        .doesNotContainKeys("PCIe Generation", "PCIe Width", "pcie_gen_max", "pcie_width_max");
  }

  @Test
  void read_stateUnknown_isEmpty() {
    gpu.values.put(NvmlFunction.PERFORMANCE_STATE, PSTATE_UNKNOWN);

    var read = onlyGpu();

    assertThat(read.performanceState()).isEmpty();
    assertThat(read.detail()).doesNotContainKey("performance_state");
  }

  @Test
  void read_noNumaNode_isEmpty() {
    gpu.values.put(NvmlFunction.NUMA_NODE_ID, -1);

    assertThat(onlyGpu().numaNodeId()).isEmpty();
  }

  @Test
  void read_links_listsTheActiveOnes() {
    gpu.links = List.of(0, 1, 2, 0xFF);

    assertThat(onlyGpu().nvlinkRemoteDevices())
        .containsExactly(link(0, "gpu"), link(1, "ibmnpu"), link(2, "switch"), link(3, "unknown"));
  }

  @Test
  void read_linkGoesDownAndUp_follows() {
    onlyGpu();
    gpu.links = List.of(2);
    assertThat(onlyGpu().nvlinkRemoteDevices()).containsExactly(link(0, "switch"));

    gpu.links = List.of(2, 0);
    assertThat(onlyGpu().nvlinkRemoteDevices()).containsExactly(link(0, "switch"), link(1, "gpu"));
  }

  @Test
  void read_linksBeyondTheLast_areAskedOnce() {
    onlyGpu();
    nvml.asked.clear();

    onlyGpu();

    assertThat(nvml.asked(NvmlFunction.NVLINK_STATE)).isEqualTo(12);
    assertThat(nvml.asked(NvmlFunction.NVLINK_REMOTE_TYPE)).isZero();
  }

  @Test
  void read_withinTenMinutes_asksNoFacts() {
    rig.read();
    nvml.asked.clear();

    rig.after(599).read();
    assertThat(nvml.asked(NvmlFunction.POWER_LIMIT)).isZero();

    gpu.values.put(NvmlFunction.POWER_LIMIT, 500_000);
    assertThat(rig.after(1).read().gpus().get(0).detail())
        .contains(entry("power_limit_current", "500.00"));
  }

  private Gpu onlyGpu() {
    return rig.read().gpus().get(0);
  }

  private static NvlinkRemoteDevice link(int index, String remote) {
    return new NvlinkRemoteDevice(index, remote, OptionalLong.empty());
  }
}
