package io.muster.collector.host;

import io.muster.collector.host.StorageSurvey.SpaceGauge;
import io.muster.collector.proc.CapturedTree;
import io.muster.collector.source.HostReading;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;

/** A captured tree with its source, under a clock that stands. */
final class CapturedHost {
  final CapturedTree tree;
  final ManualClock clock = new ManualClock();
  final LinuxHostSource source;

  private CapturedHost(CapturedTree tree) {
    this.tree = tree;
    this.source = new LinuxHostSource(tree.root(), clock, new FakeSpace());
  }

  static CapturedHost of(CapturedTree tree) {
    return new CapturedHost(tree);
  }

  static CapturedHost twoSockets(Path root) {
    return new CapturedHost(CapturedTree.copy("two-sockets", root));
  }

  static CapturedHost smallVm(Path root) {
    return new CapturedHost(CapturedTree.copy("small-vm", root));
  }

  /** The next tick, 3 s later. */
  HostReading nextTick() {
    clock.turn(Duration.ofSeconds(3));
    return source.read(Requests.PLAIN);
  }

  HostReading nextTickWithProcesses() {
    clock.turn(Duration.ofSeconds(3));
    return source.read(Requests.WITH_PROCESSES);
  }

  /** A process: its line of stat from the state on, its user, and its arguments. */
  CapturedHost process(int pid, String name, String fields, String arguments) {
    tree.with("proc/" + pid + "/stat", pid + " (" + name + ") " + fields + "\n")
        .with("proc/" + pid + "/status", "Name:\t" + name + "\nUid:\t1000\t1000\t1000\t1000\n")
        .with("proc/" + pid + "/cmdline", arguments);
    return this;
  }

  /** The fields of stat from the state on. */
  static String fields(char state, long cpuTicks, long startTicks) {
    return state
        + " 1 1 1 0 -1 4194560 0 0 0 0 "
        + cpuTicks
        + " 0 0 0 20 -5 13 0 "
        + startTicks
        + " 1048576 256 18446744073709551615 1 1";
  }

  /** A disk for each mount point, 1,000 bytes, 400 of them available. */
  private static final class FakeSpace implements SpaceGauge {
    @Override
    public boolean isDirectory(File mountPoint) {
      return true;
    }

    @Override
    public long totalBytes(File mountPoint) {
      return 1_000;
    }

    @Override
    public long availableBytes(File mountPoint) {
      return 400;
    }
  }
}
