package io.muster.collector.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import io.muster.schema.gpu.NvlinkRemoteDevice;
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

/** The whole way through JNA into a real library, whose structs a C compiler has laid out. */
@Requires("cc")
class NvmlNativeIT {
  private static final long GIB = 1L << 30;
  private static final String FIRST = "GPU-11111111-aaaa-bbbb-cccc-000000000001";
  private static final String SECOND = "GPU-22222222-aaaa-bbbb-cccc-000000000002";

  private final Path folder;
  private final List<Rig> opened = new ArrayList<>();

  NvmlNativeIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void closeSources() {
    opened.forEach(rig -> rig.source.close());
  }

  @Test
  void read_currentDriver_fillsEveryKey() throws IOException {
    var reading = rig().read();

    assertThat(reading.failures()).isEmpty();
    assertThat(reading.summary()).isEqualTo("2 x NVIDIA H100 80GB HBM3, driver 550.54.15");
    assertThat(reading.gpus()).hasSize(2);
    assertThat(reading.gpus().get(0)).isEqualTo(firstH100());
    assertThat(reading.gpus().get(1)).satisfies(NvmlNativeIT::isSecondH100);
  }

  @Test
  void read_oldDriver_fallsBackToTheOldestNames() throws IOException {
    var reading = rig("-DOLD_DRIVER").readWithProcesses();

    assertThat(reading.failures()).isEmpty();
    var gpu = reading.gpus().get(0);
    assertThat(gpu.usedMemory()).hasValue(21 * GIB);
    assertThat(gpu.totalMemory()).hasValue(80 * GIB);
    assertThat(gpu.utilization()).hasValue(87);
    assertThat(gpu.gspFirmwareMode()).isEmpty();
    assertThat(gpu.gspFirmwareVersion()).isEmpty();
    assertThat(gpu.numaNodeId()).isEmpty();
    assertThat(gpu.gpmMetrics()).isEmpty();
    assertThat(gpu.energyConsumedJoules()).isEmpty();
    assertThat(gpu.mig()).isEmpty();
    assertThat(gpu.nvlinkRemoteDevices())
        .hasSize(18)
        .allMatch(l -> l.remoteType().equals("unknown"));
    assertThat(gpu.detail())
        .contains(
            entry("CUDA Version", "12.4"),
            entry("PCI Bus", "0000:1b:00.0"),
            entry("clock_graphics_max", "1980"))
        .doesNotContainKeys("architecture", "mig_mode_current");
    assertThat(reading.processes()).containsExactly(threeProcesses());
  }

  @Test
  void read_temperatureFunctionDeprecated_takesItsSuccessor() throws IOException {
    var reading = rig("-DTEMPERATURE_CODE=26").read();

    assertThat(reading.gpus())
        .extracting(Gpu::temperature)
        .containsExactly(OptionalLong.of(54), OptionalLong.of(31));
  }

  @Test
  void read_partitionedGpu_listsItsInstances() throws IOException {
    var reading = rig("-DMIG").read();

    assertThat(reading.failures()).isEmpty();
    assertThat(reading.gpus())
        .extracting(Gpu::mig)
        .containsExactly(
            Optional.of(new Mig(1, 1, twoInstances())), Optional.of(new Mig(0, 0, List.of())));
  }

  @Test
  void read_secondGpuLost_keepsItAndSeesItComeBack() throws IOException {
    var rig = rig("-DLOST_AFTER=2");
    rig.read();
    rig.after(3).read();

    var lost = rig.after(3).read();

    assertThat(lost.gpus()).extracting(Gpu::uuid).containsExactly(FIRST, SECOND);
    assertThat(lost.gpus().get(0).utilization()).hasValue(87);
    assertThat(lost.gpus().get(1).utilization()).isEmpty();
    assertThat(lost.gpus().get(1).name()).isEqualTo("NVIDIA H100 80GB HBM3");
    assertThat(lost.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                SECOND,
                Reason.LOST,
                "nvmlDeviceGetUtilizationRates: GPU is lost (15)"));

    var back = rig.after(60).read();

    assertThat(back.failures()).isEmpty();
    assertThat(back.gpus().get(1)).satisfies(NvmlNativeIT::isSecondH100);
  }

  @Test
  void read_currentDriver_listsProcesses() throws IOException {
    assertThat(rig().readWithProcesses().processes()).containsExactly(threeProcesses());
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "24", "32"})
  void read_anyStrideBehindTheNewestName_listsProcesses(String bytes) throws IOException {
    assertThat(rig("-DV3_BYTES=" + bytes).readWithProcesses().processes())
        .containsExactly(threeProcesses());
  }

  @Test
  void read_manyProcesses_growsTheList() throws IOException {
    var reading = rig("-DPROCESSES=300").readWithProcesses();

    assertThat(reading.processes())
        .hasSize(302)
        .contains(new GpuProcess(4299, 0, FIRST, OptionalLong.of(300 * GIB)));
    assertThat(reading.failures()).isEmpty();
  }

  @Test
  void read_driverRefusesToStart_tellsItsWords() throws IOException {
    var reading = rig("-DINIT_CODE=18").read();

    assertThat(reading.gpus()).isEmpty();
    assertThat(reading.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.NO_DRIVER);
    assertThat(reading.summary()).contains("nvmlInit_v2: Driver/library version mismatch (18)");
  }

  @Test
  void read_fileIsNoLibrary_isAFailure() throws IOException {
    var broken = Files.writeString(folder.resolve("libnvidia-ml.so.1"), "no library at all");

    var reading = track(new Rig(NvmlLibrary.at(List.of(broken.toString())))).read();

    assertThat(reading.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.NO_DRIVER);
    assertThat(reading.summary())
        .isEqualTo("NVIDIA driver does not work: " + broken + ": file too short");
  }

  @Test
  void read_sonameNotInstalled_isNoFailure() {
    var nowhere = List.of("libmuster-absent.so.1", folder.resolve("libabsent.so.1").toString());

    var reading = track(new Rig(NvmlLibrary.at(nowhere))).read();

    assertThat(reading.failures()).isEmpty();
    assertThat(reading.summary()).isEqualTo("no NVIDIA driver: libmuster-absent.so.1 not found");
  }

  private Rig rig(String... flags) throws IOException {
    return track(new Rig(FakeLibrary.compiled(folder, flags)));
  }

  private Rig track(Rig rig) {
    opened.add(rig);
    return rig;
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
    var first = OptionalInt.of(0);
    return List.of(
        new MigInstance(
            0,
            "MIG-33333333-aaaa-bbbb-cccc-000000000001",
            "1g.10gb",
            OptionalInt.of(9),
            first,
            none,
            none,
            OptionalLong.of(3 * GIB),
            OptionalLong.of(10 * GIB)),
        new MigInstance(
            2,
            "MIG-44444444-aaaa-bbbb-cccc-000000000002",
            "1c.3g.40gb",
            OptionalInt.of(2),
            first,
            none,
            none,
            OptionalLong.of(4 * GIB),
            OptionalLong.of(10 * GIB)));
  }

  private static Gpu firstH100() {
    return new Gpu(
        FIRST,
        "1970-01-01 00:00:00",
        "NVIDIA H100 80GB HBM3",
        "GPU",
        "gpu-01",
        "gpu-01",
        "gpu-01",
        OptionalDouble.of(87),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.of(54),
        OptionalLong.of(20 * GIB),
        OptionalLong.of(80 * GIB),
        OptionalLong.of(1755),
        OptionalDouble.of(412.337),
        OptionalInt.empty(),
        OptionalInt.of(89),
        OptionalInt.of(92),
        OptionalInt.of(87),
        OptionalInt.empty(),
        OptionalInt.of(0),
        OptionalInt.empty(),
        OptionalInt.of(0),
        OptionalInt.of(2),
        Optional.of("550.54.15"),
        eighteenLinks(),
        Optional.of(GpmMetrics.NO_READINGS),
        firstDetail(),
        OptionalDouble.of(5_000_000.123),
        Optional.of(new Mig(0, 0, List.of())));
  }

  /** To the switch, but for the last. */
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

  private static void isSecondH100(Gpu gpu) {
    assertThat(gpu.uuid()).isEqualTo(SECOND);
    assertThat(gpu.utilization()).hasValue(3);
    assertThat(gpu.temperature()).hasValue(31);
    assertThat(gpu.usedMemory()).hasValue(0);
    assertThat(gpu.powerConsumption()).hasValue(71.25);
    assertThat(gpu.numaNodeId()).hasValue(1);
    assertThat(gpu.detail())
        .contains(entry("PCI Bus", "0000:db:00.0"), entry("serial_number", "1650000000002"));
  }
}
