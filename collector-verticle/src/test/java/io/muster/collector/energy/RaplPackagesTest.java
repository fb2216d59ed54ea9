package io.muster.collector.energy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaplPackagesTest {
  private static final long RANGE = 262_143_328_850L;

  private final Path root;
  private final RaplPackages packages;
  private final KernelText text = new KernelText();
  private long nanos = 5;

  RaplPackagesTest(@TempDir Path root) {
    this.root = root;
    this.packages = new RaplPackages(new KernelTree(root), () -> nanos);
  }

  @Test
  void read_virtualMachine_hasNoReadings() {
    read();

    assertThat(packages.joules()).isEmpty();
    assertThat(packages.watts()).isEmpty();
  }

  @Test
  void read_twoSockets_addsThemAndLeavesOutTheirPartsAndTheBoard() throws IOException {
    zone("intel-rapl:0", "package-0", 1_000_000);
    zone("intel-rapl:0:0", "core", 900_000);
    zone("intel-rapl:0:1", "dram", 100_000);
    zone("intel-rapl:1", "package-1", 7_000_000);
    zone("intel-rapl:2", "psys", 9_000_000);
    zone("intel-rapl-mmio:0", "package-0", 1_000_000);
    read();
    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.watts()).isEmpty();

    energy("intel-rapl:0", 301_000_000);
    energy("intel-rapl:0:0", 999_000_000);
    energy("intel-rapl:1", 157_000_000);
    energy("intel-rapl:2", 999_000_000);
    energy("intel-rapl-mmio:0", 999_000_000);
    after(2000).read();

    assertThat(packages.joules()).hasValue(450);
    assertThat(packages.watts()).hasValue(225);
  }

  @Test
  void read_counterWraps_goesOn() throws IOException {
    zone("intel-rapl:0", "package-0", RANGE - 100_000_000);
    read();
    energy("intel-rapl:0", 200_000_000);
    after(3000).read();

    assertThat(packages.joules()).hasValue(300);
    assertThat(packages.watts()).hasValue(100);
  }

  @Test
  void read_counterBeganAnew_isNoWrap() throws IOException {
    zone("intel-rapl:0", "package-0", 90_000_000_000L);
    read();
    energy("intel-rapl:0", 1_000_000);
    after(3000).read();
    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.watts()).isEmpty();

    energy("intel-rapl:0", 301_000_000);
    after(3000).read();
    assertThat(packages.joules()).hasValue(300);
    assertThat(packages.watts()).hasValue(100);
  }

  @Test
  void read_soLongAgoThatItMayHaveWrappedTwice_isLeftOut() throws IOException {
    zone("intel-rapl:0", "package-0", 1_000_000);
    read();
    energy("intel-rapl:0", 2_000_000);
    after(300_000).read();

    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.watts()).isEmpty();
  }

  @Test
  void read_onePackageFails_isNoReadingAndIsMadeUpForLater() throws IOException {
    zone("intel-rapl:0", "package-0", 0);
    zone("intel-rapl:1", "package-1", 0);
    read();
    energy("intel-rapl:0", 100_000_000);
    Files.delete(file("intel-rapl:1"));
    after(1000).read();
    assertThat(packages.joules()).isEmpty();
    assertThat(packages.watts()).isEmpty();

    energy("intel-rapl:0", 200_000_000);
    energy("intel-rapl:1", 50_000_000);
    after(1000).read();
    assertThat(packages.joules()).hasValue(250);
    assertThat(packages.watts()).isEmpty();

    energy("intel-rapl:0", 300_000_000);
    energy("intel-rapl:1", 60_000_000);
    after(1000).read();
    assertThat(packages.watts()).hasValue(110);
  }

  @Test
  void read_noTimePassed_hasNoPower() throws IOException {
    zone("intel-rapl:0", "package-0", 0);
    read();
    read();

    assertThat(packages.joules()).hasValue(0);
    assertThat(packages.watts()).isEmpty();
  }

  @Test
  void read_anyCourseOfPower_addsUpThroughManyWraps() throws IOException {
    var random = new Random(4);
    long counter = RANGE - 1;
    double consumed = 0;
    zone("intel-rapl:0", "package-0", counter);
    read();
    for (int tick = 0; tick < 500; tick++) {
      long microjoules = (long) (3 * 900e6 * random.nextDouble());
      consumed += microjoules * 1e-6;
      counter = (counter + microjoules) % RANGE;
      energy("intel-rapl:0", counter);
      after(3000).read();
      assertThat(packages.watts()).hasValueCloseTo(microjoules / 3e6, within(1e-6));
    }

    assertThat(packages.joules()).hasValueCloseTo(consumed, within(1e-3));
  }

  private void zone(String zone, String name, long microjoules) throws IOException {
    var folder = Files.createDirectories(file(zone).getParent());
    Files.writeString(folder.resolve("name"), name + "\n");
    Files.writeString(folder.resolve("max_energy_range_uj"), RANGE + "\n");
    energy(zone, microjoules);
  }

  private void energy(String zone, long microjoules) throws IOException {
    Files.writeString(file(zone), microjoules + "\n");
  }

  private Path file(String zone) {
    return root.resolve("sys/class/powercap").resolve(zone).resolve("energy_uj");
  }

  private RaplPackagesTest after(long millis) {
    nanos += MILLISECONDS.toNanos(millis);
    return this;
  }

  private void read() {
    packages.discover();
    packages.read(text);
  }
}
