package io.muster.launcher;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The collector's JVM is stopped, then killed, while the energy counter of a CPU advances; the test
 * writes that counter.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class EnergyKillIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String PACKAGE_PATH = "sys/class/powercap/intel-rapl:0/";

  @TempDir private Path directory;

  private long microjoules = 200_000_000_000L;

  @BeforeEach
  void createHost() throws IOException {
    write("etc/machine-id", "5f2f6e1c0d9b4a7f8c3e2d1b0a9f8e7d");
    write("proc/stat", "cpu0 100 0 100 1000 0 0 0 0 0 0\n");
    write(PACKAGE_PATH + "name", "package-0");
    write(PACKAGE_PATH + "max_energy_range_uj", "262143328850");
    consume(0);
  }

  @Test
  void energy_nodeStoppedThenKilled_continuesFromTheSavedValue() throws Exception {
    try (var node = start()) {
      awaitEnergy(node, 0);
      consume(5);
      awaitEnergy(node, 5);
      node.stop(TIMEOUT);
    }
    consume(100); // not counted: no node was running
    try (var node = start()) {
      awaitEnergy(node, 5);
      consume(3);
      awaitEnergy(node, 8);
      node.kill();
    }
    try (var node = start()) {
      AssertionPoller.awaitAssertion(
          TIMEOUT, () -> assertThat(energyJoules(node)).isBetween(5.0, 8.0));
      var restoredJoules = energyJoules(node); // 8 J if a minute passed before the kill
      consume(2);
      awaitEnergy(node, restoredJoules + 2);
    }
    assertThat(directory.resolve("data/energy/counters.skipped")).doesNotExist();
  }

  private MusterProcess start() {
    return MusterProcess.start(
            directory.resolve("data"),
            "--roles",
            "collector,api",
            "--interval",
            "200ms",
            "--set",
            "collector.root=" + directory.resolve("host"),
            "--set",
            "collector.hostname=energy-01")
        .awaitBanner();
  }

  private static void awaitEnergy(MusterProcess node, double joules) {
    AssertionPoller.awaitAssertion(TIMEOUT, () -> assertThat(energyJoules(node)).isEqualTo(joules));
  }

  /** Returns the energy that the CPUs of this host have consumed, J. */
  private static double energyJoules(MusterProcess node) throws IOException, InterruptedException {
    var joules = node.json("/snapshot?include=cpu").at("/cpus/0/energy_consumed_joules");
    assertThat(joules.isNumber()).as("energy is reported").isTrue();
    return joules.asDouble();
  }

  private void consume(int joules) throws IOException {
    microjoules += joules * 1_000_000L;
    write(PACKAGE_PATH + "energy_uj", Long.toString(microjoules));
  }

  /** Replaces the file atomically, so that a read never returns a part of it. */
  private void write(String path, String text) throws IOException {
    var file = directory.resolve("host").resolve(path);
    Files.createDirectories(file.getParent());
    var temporaryFile = Files.writeString(directory.resolve("temporary"), text);
    Files.move(temporaryFile, file, ATOMIC_MOVE, REPLACE_EXISTING);
  }
}
