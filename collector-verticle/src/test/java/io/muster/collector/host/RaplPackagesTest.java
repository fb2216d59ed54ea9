package io.muster.collector.host;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaplPackagesTest {
  private static final long RANGE_MICROJOULES = 262_143_328_850L;

  private final Path root;
  private final RaplPackages packages;
  private final KernelFileScanner scanner = new KernelFileScanner();
  private long nanos = 5;

  RaplPackagesTest(@TempDir Path root) {
    this.root = root;
    this.packages = new RaplPackages(new HostRoot(root), () -> nanos);
  }

  @Test
  void read_virtualMachine_hasNoReadings() {
    read();

    assertThat(packages.joules()).isEmpty();
    assertThat(packages.powerWatts()).isEmpty();
  }

  @Test
  void read_twoSockets_addsPackagesWithoutSubzonesAndPlatform() throws IOException {
    createZone("intel-rapl:0", "package-0", 1_000_000);
    createZone("intel-rapl:0:0", "core", 900_000);
    createZone("intel-rapl:0:1", "dram", 100_000);
    createZone("intel-rapl:1", "package-1", 7_000_000);
    createZone("intel-rapl:2", "psys", 9_000_000);
    createZone("intel-rapl-mmio:0", "package-0", 1_000_000);
    read();
    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.powerWatts()).isEmpty();

    writeEnergy("intel-rapl:0", 301_000_000);
    writeEnergy("intel-rapl:0:0", 999_000_000);
    writeEnergy("intel-rapl:1", 157_000_000);
    writeEnergy("intel-rapl:2", 999_000_000);
    writeEnergy("intel-rapl-mmio:0", 999_000_000);
    advanceMillis(2000).read();

    assertThat(packages.joules()).hasValue(450);
    assertThat(packages.powerWatts()).hasValue(225);
  }

  @Test
  void read_counterWraps_continues() throws IOException {
    createZone("intel-rapl:0", "package-0", RANGE_MICROJOULES - 100_000_000);
    read();
    writeEnergy("intel-rapl:0", 200_000_000);
    advanceMillis(3000).read();

    assertThat(packages.joules()).hasValue(300);
    assertThat(packages.powerWatts()).hasValue(100);
  }

  @Test
  void read_counterReset_isNoWrap() throws IOException {
    createZone("intel-rapl:0", "package-0", 90_000_000_000L);
    read();
    writeEnergy("intel-rapl:0", 1_000_000);
    advanceMillis(3000).read();
    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.powerWatts()).isEmpty();

    writeEnergy("intel-rapl:0", 301_000_000);
    advanceMillis(3000).read();
    assertThat(packages.joules()).hasValue(300);
    assertThat(packages.powerWatts()).hasValue(100);
  }

  @Test
  void read_gapLongEnoughForTwoWraps_isNotCounted() throws IOException {
    createZone("intel-rapl:0", "package-0", 1_000_000);
    read();
    writeEnergy("intel-rapl:0", 2_000_000);
    advanceMillis(300_000).read();

    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.powerWatts()).isEmpty();
  }

  @Test
  void read_onePackageFails_isNoReadingAndIsCountedLater() throws IOException {
    createZone("intel-rapl:0", "package-0", 0);
    createZone("intel-rapl:1", "package-1", 0);
    read();
    writeEnergy("intel-rapl:0", 100_000_000);
    Files.delete(energyFile("intel-rapl:1"));
    advanceMillis(1000).read();
    assertThat(packages.joules()).isEmpty();
    assertThat(packages.powerWatts()).isEmpty();

    writeEnergy("intel-rapl:0", 200_000_000);
    writeEnergy("intel-rapl:1", 50_000_000);
    advanceMillis(1000).read();
    assertThat(packages.joules()).hasValue(250);
    assertThat(packages.powerWatts()).isEmpty();

    writeEnergy("intel-rapl:0", 300_000_000);
    writeEnergy("intel-rapl:1", 60_000_000);
    advanceMillis(1000).read();
    assertThat(packages.powerWatts()).hasValue(110);
  }

  @Test
  void read_noTimePassed_hasNoPower() throws IOException {
    createZone("intel-rapl:0", "package-0", 0);
    read();
    read();

    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.powerWatts()).isEmpty();
  }

  @Test
  void read_anyPower_sumsUpOverManyWraps() throws IOException {
    var random = new Random(4);
    long counter = RANGE_MICROJOULES - 1;
    double consumed = 0;
    createZone("intel-rapl:0", "package-0", counter);
    read();
    for (int tick = 0; tick < 500; tick++) {
      long microjoules = (long) (3 * 900e6 * random.nextDouble());
      consumed += microjoules * 1e-6;
      counter = (counter + microjoules) % RANGE_MICROJOULES;
      writeEnergy("intel-rapl:0", counter);
      advanceMillis(3000).read();
      assertThat(packages.powerWatts()).hasValueCloseTo(microjoules / 3e6, within(1e-6));
    }

    assertThat(packages.joules()).hasValueCloseTo(consumed, within(1e-3));
  }

  private void createZone(String zone, String name, long microjoules) throws IOException {
    var folder = Files.createDirectories(energyFile(zone).getParent());
    Files.writeString(folder.resolve("name"), name + "\n");
    Files.writeString(folder.resolve("max_energy_range_uj"), RANGE_MICROJOULES + "\n");
    writeEnergy(zone, microjoules);
  }

  private void writeEnergy(String zone, long microjoules) throws IOException {
    Files.writeString(energyFile(zone), microjoules + "\n");
  }

  private Path energyFile(String zone) {
    return root.resolve("sys/class/powercap").resolve(zone).resolve("energy_uj");
  }

  private RaplPackagesTest advanceMillis(long millis) {
    nanos += MILLISECONDS.toNanos(millis);
    return this;
  }

  private void read() {
    packages.discover();
    packages.read(scanner);
  }
}
