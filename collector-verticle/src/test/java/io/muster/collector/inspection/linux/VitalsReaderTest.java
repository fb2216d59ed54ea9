package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.collector.proc.HostFilesFixture;
import io.muster.schema.inspection.NetworkInterface;
import io.muster.schema.inspection.Vitals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VitalsReaderTest {
  private static final String HEADER_LINES =
      "Inter-| Receive | Transmit\n face |bytes packets|bytes\n";
  private static final String PACKAGE_SENSOR = "sys/class/hwmon/hwmon0/";

  private final Path directory;
  private final LinuxHostFixture host;

  VitalsReaderTest(@TempDir Path directory) {
    this.directory = directory;
    this.host = LinuxHostFixture.twoCpuHost(directory);
  }

  @Test
  void vitals_first_haveNoCpuUsage() throws IOException {
    assertThat(vitals().cpu().cpuPercent()).isEmpty();
  }

  @Test
  void vitals_second_haveTheExactCpuUsage() throws IOException {
    host.setCpuTicks(1000, 8000);
    vitals();
    host.setCpuTicks(1030, 8070);

    var vitals = vitals();

    assertThat(vitals.cpu().cpuPercent()).hasValue(30);
    assertThat(vitals.cpu().perCpuPercent()).containsExactly(100.0 * 30 / 65, 0.0);
    assertThat(vitals.atMillis()).isEqualTo(LinuxHostFixture.NOW.toEpochMilli());
  }

  @Test
  void vitals_countersReset_haveNoCpuUsage() throws IOException {
    host.setCpuTicks(1000, 8000);
    vitals();
    host.setCpuTicks(10, 80);

    assertThat(vitals().cpu().cpuPercent()).isEmpty();
    host.setCpuTicks(20, 100);
    assertThat(vitals().cpu().cpuPercent().orElseThrow()).isBetween(33.0, 34.0);
  }

  @Test
  void vitals_memory_isWhatIsNotAvailable() throws IOException {
    host.files.write(
        "proc/meminfo",
        "MemTotal: 1000 kB\nMemAvailable: 300 kB\nSwapTotal: 500 kB\nSwapFree: 100 kB\n");

    assertThat(vitals())
        .extracting(
            each -> each.memory().memoryTotalBytes(),
            each -> each.memory().memoryUsedBytes(),
            each -> each.memory().swapTotalBytes(),
            each -> each.memory().swapUsedBytes())
        .containsExactly(1000L * 1024, 700L * 1024, 500L * 1024, 400L * 1024);
  }

  @Test
  void vitals_limitedContainer_hasItsLimitAndNoSwap() throws IOException {
    host.files
        .write("sys/fs/cgroup/memory.max", "1000000\n")
        .write("sys/fs/cgroup/memory.current", "600000\n")
        .write("sys/fs/cgroup/memory.stat", "inactive_file 100000\n");

    assertThat(vitals())
        .extracting(
            each -> each.memory().memoryTotalBytes(),
            each -> each.memory().memoryUsedBytes(),
            each -> each.memory().swapTotalBytes())
        .containsExactly(1_000_000L, 500_000L, 0L);
  }

  @Test
  void vitals_interfaces_areAllOfThem() throws IOException {
    host.files.write(
        "proc/self/net/dev",
        HEADER_LINES
            + "    lo: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0\n"
            + "enp65s0f0np0:18446744 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n"
            + " wg-büro: 3 1 0 0 0 0 0 0 4 1 0 0 0 0 0 0\n");

    assertThat(vitals().networks())
        .containsExactly(
            new NetworkInterface("lo", 100, 200),
            new NetworkInterface("enp65s0f0np0", 18446744, 7),
            new NetworkInterface("wg-büro", 3, 4));
  }

  @Test
  void vitals_missingFiles_leaveTheRest() throws IOException {
    host.files.delete("proc/stat");

    var vitals = vitals();

    assertThat(vitals.cpu().cpuPercent()).isEmpty();
    assertThat(vitals.cpu().perCpuPercent()).isEmpty();
    assertThat(vitals.networks()).isEmpty();
    assertThat(vitals.cpu().cpuCelsius()).isEmpty();
    assertThat(vitals.cpu().cpuModel()).isEmpty();
    assertThat(vitals.memory().memoryTotalBytes()).isPositive();
  }

  @Test
  void vitals_withoutMemory_fail() {
    host.files.delete("proc/meminfo");

    assertThatThrownBy(this::vitals).isInstanceOf(IOException.class);
  }

  @Test
  void vitals_sensorAddedLater_isFoundWithinHalfAMinute() throws IOException {
    assertThat(vitals().cpu().cpuCelsius()).isEmpty();
    host.files
        .write(PACKAGE_SENSOR + "name", "coretemp\n")
        .write(PACKAGE_SENSOR + "temp1_label", "Package id 0\n")
        .write(PACKAGE_SENSOR + "temp1_input", "48500\n");

    host.advance(Duration.ofSeconds(29));
    assertThat(vitals().cpu().cpuCelsius()).isEmpty();
    host.advance(Duration.ofSeconds(1));
    assertThat(vitals().cpu().cpuCelsius()).hasValue(48.5);
    host.files.write(PACKAGE_SENSOR + "temp1_input", "51000\n");
    assertThat(vitals().cpu().cpuCelsius()).hasValue(51);
  }

  @Test
  void vitals_server_haveTheHottestPackageAndTheModel() throws IOException {
    var server =
        new LinuxHostFixture(HostFilesFixture.copy("two-sockets", directory.resolve("server")));

    var vitals = server.inspector.vitals();

    assertThat(vitals.cpu().cpuModel()).isNotEmpty();
    assertThat(vitals.cpu().cpuCelsius()).isNotEqualTo(OptionalDouble.empty());
    assertThat(vitals.cpu().perCpuPercent()).hasSize(8);
    assertThat(vitals.networks()).extracting(NetworkInterface::name).contains("lo", "bond0");
  }

  private Vitals vitals() throws IOException {
    return host.inspector.vitals();
  }
}
