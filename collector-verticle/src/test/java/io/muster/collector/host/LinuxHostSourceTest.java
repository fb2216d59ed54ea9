package io.muster.collector.host;

import static io.muster.collector.source.HostReadRequests.WITHOUT_PROCESSES;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.proc.HostFilesFixture;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Fan;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Memory.MemorySizes;
import io.muster.schema.host.Memory.SwapSizes;
import io.muster.schema.host.PlatformType;
import io.muster.schema.host.ReadingOrigin;
import io.muster.schema.host.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxHostSourceTest {
  private final Path directory;

  LinuxHostSourceTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void read_twoSockets_hasFacts() {
    var cpu =
        HostSourceFixture.twoSockets(directory).source.read(WITHOUT_PROCESSES).cpu().orElseThrow();

    assertThat(cpu.hardware().cpuModel()).isEqualTo("Intel(R) Xeon(R) Platinum 8480C");
    assertThat(cpu.hardware().platformType()).isEqualTo(new PlatformType(true, "Intel"));
    assertThat(
            List.of(
                cpu.hardware().socketCount(),
                cpu.hardware().totalCores(),
                cpu.hardware().totalThreads()))
        .containsExactly(2, 4, 8);
    assertThat(
            List.of(
                cpu.hardware().baseFrequencyMhz(),
                cpu.hardware().maxFrequencyMhz(),
                cpu.hardware().cacheSizeMb()))
        .containsExactly(2000, 3800, 105);
    assertThat(cpu.readings().temperature()).hasValue(51);
    assertThat(cpu.readings().powerConsumption()).isEmpty();
  }

  @Test
  void read_packagesWithEnergyCounters_cpuHasEnergyAndPower() {
    var host = HostSourceFixture.twoSockets(directory);
    host.files
        .write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
        .write("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n")
        .write("sys/class/powercap/intel-rapl:0/energy_uj", "1000000\n");
    var first = host.source.read(WITHOUT_PROCESSES).cpu().orElseThrow();
    host.files.write("sys/class/powercap/intel-rapl:0/energy_uj", "901000000\n");

    var second = host.readNextTick().cpu().orElseThrow();

    assertThat(first.readings().powerConsumption()).isEmpty();
    assertThat(second.readings().powerConsumption()).hasValue(300);
    assertThat(second.energyConsumedJoules()).hasValue(900);
  }

  @Test
  void read_insideContainer_chassisHasRuntime() {
    var host = HostSourceFixture.twoSockets(directory);
    host.files.write(".dockerenv", "");

    var chassis = host.source.read(WITHOUT_PROCESSES).chassis().orElseThrow();

    assertThat(chassis.runtime().orElseThrow().containerRuntime()).contains("Docker");
  }

  @Test
  void read_secondTick_hasUtilizationOfCoresSocketsAndHost() {
    var host = HostSourceFixture.twoSockets(directory);
    host.source.read(WITHOUT_PROCESSES);
    var busyFirstSocket =
        """
        cpu  1 1 1 1
        cpu0 1300 10 500 10000 100 0 50 0 0 0
        cpu1 1150 10 500 10100 150 0 50 0 0 0
        cpu2 1000 10 500 10300 100 0 50 0 0 0
        cpu3 1000 10 500 10300 100 0 50 0 0 0
        cpu4 1000 10 500 10000 100 0 50 300 0 0
        cpu5 1000 10 500 10000 400 0 50 0 0 0
        cpu6 1000 10 500 10300 100 0 50 0 0 0
        cpu7 1000 10 500 10300 100 0 50 0 0 0
        """;
    host.files.write("proc/stat", busyFirstSocket);

    var cpu = host.readNextTick().cpu().orElseThrow();

    assertThat(cpu.perCoreUtilization())
        .extracting(core -> core.utilization().orElseThrow())
        .containsExactly(100.0, 50.0, 0.0, 0.0, 100.0, 0.0, 0.0, 0.0);
    assertThat(cpu.perSocketInfo().get(0).utilization()).hasValue(100.0 * 750 / 1200);
    assertThat(cpu.perSocketInfo().get(1))
        .isEqualTo(new CpuSocket(1, OptionalDouble.of(0), 2, 4, OptionalInt.of(47), 2000));
    assertThat(cpu.readings().utilization()).hasValue(100.0 * 750 / 2400);
  }

  @Test
  void read_hybridCpu_distinguishesCoreTypes() {
    var host = HostSourceFixture.twoSockets(directory);
    host.files
        .write("sys/devices/cpu_core/cpus", "0-3\n")
        .write("sys/devices/cpu_atom/cpus", "4-7\n");

    var cores = host.source.read(WITHOUT_PROCESSES).cpu().orElseThrow().perCoreUtilization();

    assertThat(cores)
        .extracting(CpuCore::coreType)
        .containsExactly(
            "Performance",
            "Performance",
            "Performance",
            "Performance",
            "Efficiency",
            "Efficiency",
            "Efficiency",
            "Efficiency");
  }

  @Test
  void read_cpuOffline_countsOnlineCpus() {
    var host = HostSourceFixture.smallVm(directory);
    host.source.read(WITHOUT_PROCESSES);
    host.files.write("proc/stat", "cpu  1 1 1 1\ncpu1 90000 0 0 999999 0 0 0 0 0 0\nintr 1\n");

    var cpu = host.readNextTick().cpu().orElseThrow();

    assertThat(cpu.hardware().totalThreads()).isEqualTo(1);
    assertThat(cpu.perCoreUtilization()).extracting(CpuCore::coreId).containsExactly(1);
    assertThat(cpu.readings().utilization().orElseThrow()).isBetween(0.0, 100.0);
  }

  @Test
  void read_armBoard_mapsIdsToNames() {
    var host = HostSourceFixture.smallVm(directory);
    host.files
        .write("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f\n\n")
        .write("proc/sys/kernel/arch", "aarch64\n")
        .write("sys/devices/system/cpu/cpu0/topology/physical_package_id", "-1\n")
        .write("sys/devices/system/cpu/cpu1/topology/physical_package_id", "-1\n")
        .write("sys/firmware/devicetree/base/model", "NVIDIA Jetson AGX Orin\0")
        .write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n")
        .write("sys/class/thermal/thermal_zone0/temp", "48250\n");

    var reading = host.source.read(WITHOUT_PROCESSES);

    var cpu = reading.cpu().orElseThrow();
    assertThat(cpu.hardware().cpuModel()).isEqualTo("Neoverse-V2");
    assertThat(cpu.hardware().platformType()).isEqualTo(new PlatformType(true, "Arm"));
    assertThat(cpu.hardware().architecture()).isEqualTo("aarch64");
    assertThat(cpu.perSocketInfo()).extracting(CpuSocket::socketId).containsExactly(0);
    assertThat(cpu.readings().temperature()).hasValue(48);
    assertThat(reading.chassis().orElseThrow().detail())
        .containsEntry("Product Name", "NVIDIA Jetson AGX Orin");
  }

  @Test
  void read_memoryOfServer_usedIsTotalMinusAvailable() {
    var memory =
        HostSourceFixture.twoSockets(directory)
            .source
            .read(WITHOUT_PROCESSES)
            .memory()
            .orElseThrow();

    assertThat(memory)
        .isEqualTo(
            new Memory(
                0,
                ReadingOrigin.of("gpu-01", WITHOUT_PROCESSES.localTime()),
                new MemorySizes(
                    1056489216L * 1024,
                    100000000L * 1024,
                    956489216L * 1024,
                    812345678L * 1024,
                    1234567L * 1024,
                    98765432L * 1024),
                new SwapSizes(8388604L * 1024, 388604L * 1024, 8000000L * 1024),
                100.0 * 100000000L / 1056489216L));
  }

  @Test
  void read_memoryOfLimitedContainer_isItsLimit() {
    var host = HostSourceFixture.smallVm(directory);
    host.files
        .write("sys/fs/cgroup/memory.max", "1000000\n")
        .write("sys/fs/cgroup/memory.current", "600000\n")
        .write("sys/fs/cgroup/memory.stat", "inactive_file 100000\n");

    var memory = host.source.read(WITHOUT_PROCESSES).memory().orElseThrow();

    assertThat(
            List.of(
                memory.sizes().totalBytes(),
                memory.sizes().usedBytes(),
                memory.sizes().freeBytes()))
        .containsExactly(1_000_000L, 500_000L, 400_000L);
    assertThat(
            List.of(
                memory.sizes().buffersBytes(),
                memory.sizes().cachedBytes(),
                memory.swap().swapTotalBytes()))
        .containsOnly(0L);
    assertThat(memory.utilization()).isEqualTo(50);
  }

  @Test
  void read_chassis_hasZonesFansAndBoard() {
    var chassis =
        HostSourceFixture.twoSockets(directory)
            .source
            .read(WITHOUT_PROCESSES)
            .chassis()
            .orElseThrow();

    assertThat(chassis.thermal().inletTemperature()).hasValue(27.8);
    assertThat(chassis.thermal().outletTemperature()).hasValue(35.5);
    assertThat(chassis.fanSpeeds())
        .containsExactly(new Fan(0, "Front", 5400, 12000), new Fan(1, "nct6798 fan2", 0, 0));
    assertThat(chassis.detail())
        .isEqualTo(
            Map.of(
                "platform", "Linux",
                "Product Name", "GPU-8U",
                "Vendor", "Acme",
                "Board", "X13-8U",
                "BIOS Version", "2.1.4"));
    assertThat(chassis.totalPowerWatts()).isEmpty();
  }

  @Test
  void read_machineWithoutSensors_hasNoneAndNoFailure() {
    var reading = HostSourceFixture.smallVm(directory).source.read(WITHOUT_PROCESSES);

    assertThat(reading.failures()).isEmpty();
    assertThat(reading.cpu().orElseThrow().readings().temperature()).isEmpty();
    assertThat(reading.chassis().orElseThrow().thermal().inletTemperature()).isEmpty();
    assertThat(reading.chassis().orElseThrow().fanSpeeds()).isEmpty();
    assertThat(reading.chassis().orElseThrow().detail()).isEqualTo(Map.of("platform", "Linux"));
  }

  @Test
  void read_sensorRemoved_isOmittedUntilRediscovered() {
    var host = HostSourceFixture.twoSockets(directory);
    host.source.read(WITHOUT_PROCESSES);
    host.files.delete("sys/class/hwmon/hwmon0/temp1_input");

    assertThat(host.readNextTick().cpu().orElseThrow().readings().temperature()).hasValue(47);

    host.files.write("sys/class/hwmon/hwmon0/temp1_input", "60000\n");
    assertThat(host.readNextTick().cpu().orElseThrow().readings().temperature()).hasValue(47);
    host.clock.advance(Duration.ofSeconds(30));
    assertThat(host.readNextTick().cpu().orElseThrow().readings().temperature()).hasValue(60);
  }

  @Test
  void read_disks_areNumberedByMountPoint() {
    var storage = HostSourceFixture.twoSockets(directory).source.read(WITHOUT_PROCESSES).storage();

    assertThat(storage)
        .extracting(Storage::mountPoint)
        .containsExactly("/", "/boot/efi", "/data", "/mnt/scratch disk", "/tank", "/tank/sets");
    assertThat(storage.get(2)).isEqualTo(new Storage("/data", 1_000, 400, "gpu-01", "gpu-01", 2));
  }

  @Test
  void read_diskMounted_appearsAfterNextSlowRead() {
    var host = HostSourceFixture.smallVm(directory);
    host.source.read(WITHOUT_PROCESSES);
    host.files.write("proc/self/mountinfo", "9 1 8:1 / /new rw - ext4 /dev/sda1 rw\n");

    assertThat(host.readNextTick().storage()).extracting(Storage::mountPoint).containsExactly("/");
    host.clock.advance(Duration.ofSeconds(30));
    assertThat(host.readNextTick().storage())
        .extracting(Storage::mountPoint)
        .containsExactly("/new");
  }

  @Test
  void read_fileMissing_omitsItsSectionOnly() {
    var host = HostSourceFixture.smallVm(directory);
    host.files.delete("proc/stat").delete("proc/self/mountinfo");

    var reading = host.source.read(WITHOUT_PROCESSES);

    assertThat(reading.cpu()).isEmpty();
    assertThat(reading.storage()).isEmpty();
    assertThat(reading.memory()).isPresent();
    assertThat(reading.network()).contains(new HostReadings.NetworkCounters(1402917, 359725058));
    assertThat(reading.failures())
        .extracting(ReadFailure::device)
        .containsExactly("/proc/self/mountinfo", "/proc/stat");
    assertThat(reading.failures())
        .allSatisfy(failure -> assertThat(failure.source()).isEqualTo("host"))
        .allSatisfy(failure -> assertThat(failure.reason()).isEqualTo(FailureReason.FAILED))
        .allSatisfy(failure -> assertThat(failure.detail()).contains("No such file"));
  }

  @Test
  void read_fileRestored_recovers() {
    var host = HostSourceFixture.smallVm(directory);
    var stat = "cpu  1 1 1 1\ncpu0 1 0 0 9\ncpu1 1 0 0 9\n";
    host.files.delete("proc/stat").delete("proc/meminfo");
    host.source.read(WITHOUT_PROCESSES);

    host.files.write("proc/stat", stat).write("proc/meminfo", "MemTotal: 10 kB\nMemFree: 5 kB\n");

    assertThat(host.readNextTick().failures()).isEmpty();
  }

  @Test
  void read_emptyFiles_areFailuresNotZeros() {
    var host = HostSourceFixture.of(HostFilesFixture.copy("small-vm", directory));
    host.files.write("proc/stat", "").write("proc/meminfo", "");

    var reading = host.source.read(WITHOUT_PROCESSES);

    assertThat(reading.cpu()).isEmpty();
    assertThat(reading.memory()).isEmpty();
    assertThat(reading.failures()).hasSize(2);
  }
}
