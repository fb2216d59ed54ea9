package io.muster.collector.nvml;

import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static io.muster.schema.gpu.GpuReading.FREQUENCY;
import static io.muster.schema.gpu.GpuReading.GSP_FIRMWARE_MODE;
import static io.muster.schema.gpu.GpuReading.NUMA_NODE_ID;
import static io.muster.schema.gpu.GpuReading.PERFORMANCE_STATE;
import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_MAX_OPERATING;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SHUTDOWN;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuIdentity;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import io.muster.schema.host.ReadingOrigin;
import io.muster.testkit.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads through JNA from a native library, whose struct layout comes from a C compiler. */
@Requires("cc")
class NvmlNativeIT {
  private static final long GIB = 1L << 30;
  private static final String FIRST = "GPU-11111111-aaaa-bbbb-cccc-000000000001";
  private static final String SECOND = "GPU-22222222-aaaa-bbbb-cccc-000000000002";

  private final Path directory;
  private final List<NvmlSourceFixture> fixtures = new ArrayList<>();

  NvmlNativeIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @AfterEach
  void closeSources() {
    fixtures.forEach(fixture -> fixture.source.close());
  }

  @Test
  void read_currentDriver_fillsEveryKey() throws IOException {
    var readings = newFixture().read();

    assertThat(readings.failures()).isEmpty();
    assertThat(readings.summary()).isEqualTo("2 x NVIDIA H100 80GB HBM3, driver 550.54.15");
    assertThat(readings.gpus()).hasSize(2);
    assertThat(readings.gpus().get(0)).isEqualTo(firstH100());
    assertThat(readings.gpus().get(1)).satisfies(NvmlNativeIT::assertSecondH100);
  }

  @Test
  void read_oldDriver_fallsBackToTheOldestSymbols() throws IOException {
    var readings = newFixture("-DOLD_DRIVER").readWithProcesses();

    assertThat(readings.failures()).isEmpty();
    var gpu = readings.gpus().get(0);
    assertThat(gpu.value(USED_MEMORY)).hasValue(21 * GIB);
    assertThat(gpu.value(TOTAL_MEMORY)).hasValue(80 * GIB);
    assertThat(gpu.value(UTILIZATION)).hasValue(87);
    assertThat(gpu.value(GSP_FIRMWARE_MODE)).isEmpty();
    assertThat(gpu.gspFirmwareVersion()).isEmpty();
    assertThat(gpu.value(NUMA_NODE_ID)).isEmpty();
    assertThat(gpu.gpmMetrics()).isEmpty();
    assertThat(gpu.value(ENERGY_CONSUMED_JOULES)).isEmpty();
    assertThat(gpu.mig()).isEmpty();
    assertThat(gpu.nvlinkRemoteDevices())
        .hasSize(18)
        .allMatch(link -> link.remoteType().equals("unknown"));
    assertThat(gpu.detail())
        .contains(
            entry("CUDA Version", "12.4"),
            entry("PCI Bus", "0000:1b:00.0"),
            entry("clock_graphics_max", "1980"))
        .doesNotContainKeys("architecture", "mig_mode_current");
    assertThat(readings.processes()).containsExactly(threeProcesses());
  }

  @Test
  void read_temperatureFunctionDeprecated_usesItsSuccessor() throws IOException {
    var readings = newFixture("-DTEMPERATURE_CODE=26").read();

    assertThat(readings.gpus())
        .extracting(gpu -> gpu.value(TEMPERATURE))
        .containsExactly(OptionalDouble.of(54), OptionalDouble.of(31));
  }

  @Test
  void read_partitionedGpu_listsItsInstances() throws IOException {
    var readings = newFixture("-DMIG").read();

    assertThat(readings.failures()).isEmpty();
    assertThat(readings.gpus())
        .extracting(Gpu::mig)
        .containsExactly(
            Optional.of(new Mig(1, 1, twoInstances())), Optional.of(new Mig(0, 0, List.of())));
  }

  @Test
  void read_secondGpuLost_keepsItAndRecovers() throws IOException {
    var fixture = newFixture("-DLOST_AFTER=2");
    fixture.read();
    fixture.advanceSeconds(3).read();

    var lost = fixture.advanceSeconds(3).read();

    assertThat(lost.gpus()).extracting(Gpu::uuid).containsExactly(FIRST, SECOND);
    assertThat(lost.gpus().get(0).value(UTILIZATION)).hasValue(87);
    assertThat(lost.gpus().get(1).value(UTILIZATION)).isEmpty();
    assertThat(lost.gpus().get(1).name()).isEqualTo("NVIDIA H100 80GB HBM3");
    assertThat(lost.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                SECOND,
                FailureReason.LOST,
                "nvmlDeviceGetUtilizationRates: GPU is lost (15)"));

    var recovered = fixture.advanceSeconds(60).read();

    assertThat(recovered.failures()).isEmpty();
    assertThat(recovered.gpus().get(1)).satisfies(NvmlNativeIT::assertSecondH100);
  }

  @Test
  void read_currentDriver_listsProcesses() throws IOException {
    assertThat(newFixture().readWithProcesses().processes()).containsExactly(threeProcesses());
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "24", "32"})
  void read_anyStrideUnderTheNewestSymbol_listsProcesses(String strideBytes) throws IOException {
    assertThat(newFixture("-DV3_BYTES=" + strideBytes).readWithProcesses().processes())
        .containsExactly(threeProcesses());
  }

  @Test
  void read_manyProcesses_growsTheList() throws IOException {
    var readings = newFixture("-DPROCESSES=300").readWithProcesses();

    assertThat(readings.processes())
        .hasSize(302)
        .contains(new GpuProcess(4299, 0, FIRST, OptionalLong.of(300 * GIB)));
    assertThat(readings.failures()).isEmpty();
  }

  @Test
  void read_initFails_reportsTheDriverMessage() throws IOException {
    var readings = newFixture("-DINIT_CODE=18").read();

    assertThat(readings.gpus()).isEmpty();
    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.NO_DRIVER);
    assertThat(readings.summary()).contains("nvmlInit_v2: Driver/library version mismatch (18)");
  }

  @Test
  void read_invalidLibraryFile_isAFailure() throws IOException {
    var broken = Files.writeString(directory.resolve("libnvidia-ml.so.1"), "no library at all");

    var readings = track(new NvmlSourceFixture(NvmlLibrary.at(List.of(broken.toString())))).read();

    assertThat(readings.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.NO_DRIVER);
    assertThat(readings.summary())
        .isEqualTo("NVIDIA driver does not work: " + broken + ": file too short");
  }

  @Test
  void read_sonameNotInstalled_isNoFailure() {
    var missingNames =
        List.of("libmuster-absent.so.1", directory.resolve("libabsent.so.1").toString());

    var readings = track(new NvmlSourceFixture(NvmlLibrary.at(missingNames))).read();

    assertThat(readings.failures()).isEmpty();
    assertThat(readings.summary()).isEqualTo("no NVIDIA driver: libmuster-absent.so.1 not found");
  }

  private NvmlSourceFixture newFixture(String... flags) throws IOException {
    return track(new NvmlSourceFixture(CompiledNvmlLibrary.compile(directory, flags)));
  }

  private NvmlSourceFixture track(NvmlSourceFixture fixture) {
    fixtures.add(fixture);
    return fixture;
  }

  private static GpuProcess[] threeProcesses() {
    return new GpuProcess[] {
      new GpuProcess(4000, 0, FIRST, OptionalLong.of(GIB)),
      new GpuProcess(4001, 0, FIRST, OptionalLong.of(2 * GIB)),
      new GpuProcess(77, 0, FIRST, OptionalLong.of(GIB)),
      new GpuProcess(77, 1, SECOND, OptionalLong.of(GIB)),
    };
  }

  private static List<MigInstance> twoInstances() {
    var none = OptionalDouble.empty();
    var computeInstanceId = OptionalInt.of(0);
    return List.of(
        new MigInstance(
            0,
            "MIG-33333333-aaaa-bbbb-cccc-000000000001",
            "1g.10gb",
            OptionalInt.of(9),
            computeInstanceId,
            none,
            none,
            OptionalLong.of(3 * GIB),
            OptionalLong.of(10 * GIB)),
        new MigInstance(
            2,
            "MIG-44444444-aaaa-bbbb-cccc-000000000002",
            "1c.3g.40gb",
            OptionalInt.of(2),
            computeInstanceId,
            none,
            none,
            OptionalLong.of(4 * GIB),
            OptionalLong.of(10 * GIB)));
  }

  private static Gpu firstH100() {
    return new Gpu(
        GpuIdentity.ofGpu(FIRST, "NVIDIA H100 80GB HBM3"),
        ReadingOrigin.of("gpu-01", "1970-01-01 00:00:00"),
        GpuValues.builder()
            .with(UTILIZATION, 87)
            .with(TEMPERATURE, 54)
            .with(USED_MEMORY, 20 * GIB)
            .with(TOTAL_MEMORY, 80 * GIB)
            .with(FREQUENCY, 1755)
            .with(POWER_CONSUMPTION, 412.337)
            .with(TEMPERATURE_THRESHOLD_SLOWDOWN, 89)
            .with(TEMPERATURE_THRESHOLD_SHUTDOWN, 92)
            .with(TEMPERATURE_THRESHOLD_MAX_OPERATING, 87)
            .with(PERFORMANCE_STATE, 0)
            .with(NUMA_NODE_ID, 0)
            .with(GSP_FIRMWARE_MODE, 2)
            .with(ENERGY_CONSUMED_JOULES, 5_000_000.123)
            .build(),
        Optional.of("550.54.15"),
        eighteenLinks(),
        Optional.of(GpmMetrics.NO_READINGS),
        firstDetail(),
        Optional.of(new Mig(0, 0, List.of())),
        Optional.empty());
  }

  /** Returns links to the switch, except the last. */
  private static List<NvlinkRemoteDevice> eighteenLinks() {
    var links = new ArrayList<NvlinkRemoteDevice>();
    for (int link = 0; link < 17; link++) {
      links.add(new NvlinkRemoteDevice(link, "switch", OptionalLong.empty()));
    }
    links.add(new NvlinkRemoteDevice(17, "gpu", OptionalLong.empty()));
    return links;
  }

  private static Map<String, String> firstDetail() {
    return Map.ofEntries(
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
        entry("compute_mode", "ExclusiveProcess"),
        entry("performance_state", "Zero"),
        entry("power_limit_current", "650.00"),
        entry("power_limit_default", "700.00"),
        entry("power_limit_min", "200.00"),
        entry("power_limit_max", "700.00"),
        entry("clock_graphics_max", "1965"),
        entry("clock_memory_max", "2600"),
        entry("ecc_mode_current", "Enabled"),
        entry("ecc_mode_pending", "Disabled"),
        entry("mig_mode_current", "0"),
        entry("vbios_version", "96.00.AB.00.01"),
        entry("serial_number", "1650000000001"),
        entry("PCI Bus", "0000:1b:00.0"));
  }

  private static void assertSecondH100(Gpu gpu) {
    assertThat(gpu.uuid()).isEqualTo(SECOND);
    assertThat(gpu.value(UTILIZATION)).hasValue(3);
    assertThat(gpu.value(TEMPERATURE)).hasValue(31);
    assertThat(gpu.value(USED_MEMORY)).hasValue(0);
    assertThat(gpu.value(POWER_CONSUMPTION)).hasValue(71.25);
    assertThat(gpu.value(NUMA_NODE_ID)).hasValue(1);
    assertThat(gpu.detail())
        .contains(entry("PCI Bus", "0000:db:00.0"), entry("serial_number", "1650000000002"));
  }
}
