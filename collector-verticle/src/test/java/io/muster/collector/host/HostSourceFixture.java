package io.muster.collector.host;

import io.muster.collector.host.StorageReader.FileSystemProbe;
import io.muster.collector.proc.HostFilesFixture;
import io.muster.collector.source.HostReadRequests;
import io.muster.collector.source.HostReadings;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;

/** Captured host files with a source that reads them and a manual clock. */
final class HostSourceFixture {
  final HostFilesFixture files;
  final ManualClock clock = new ManualClock();
  final LinuxHostSource source;

  private HostSourceFixture(HostFilesFixture files) {
    this.files = files;
    this.source = new LinuxHostSource(files.directory(), clock, new FakeFileSystemProbe());
  }

  static HostSourceFixture of(HostFilesFixture files) {
    return new HostSourceFixture(files);
  }

  static HostSourceFixture twoSockets(Path directory) {
    return new HostSourceFixture(HostFilesFixture.copy("two-sockets", directory));
  }

  static HostSourceFixture smallVm(Path directory) {
    return new HostSourceFixture(HostFilesFixture.copy("small-vm", directory));
  }

  /** Reads the next tick, 3 s later. */
  HostReadings readNextTick() {
    clock.advance(Duration.ofSeconds(3));
    return source.read(HostReadRequests.WITHOUT_PROCESSES);
  }

  HostReadings readNextTickWithProcesses() {
    clock.advance(Duration.ofSeconds(3));
    return source.read(HostReadRequests.WITH_PROCESSES);
  }

  /**
   * Adds a process with the fields of its stat line from the state on, user 1000, and its
   * arguments.
   */
  HostSourceFixture addProcess(int pid, String name, String statFields, String arguments) {
    files
        .write("proc/" + pid + "/stat", pid + " (" + name + ") " + statFields + "\n")
        .write("proc/" + pid + "/status", "Name:\t" + name + "\nUid:\t1000\t1000\t1000\t1000\n")
        .write("proc/" + pid + "/cmdline", arguments);
    return this;
  }

  /** Returns the fields of a stat line from the state on. */
  static String statFields(char state, long cpuTicks, long startTicks) {
    return state
        + " 1 1 1 0 -1 4194560 0 0 0 0 "
        + cpuTicks
        + " 0 0 0 20 -5 13 0 "
        + startTicks
        + " 1048576 256 18446744073709551615 1 1";
  }

  /** A file system of 1,000 bytes at each mount point, 400 of them available. */
  private static final class FakeFileSystemProbe implements FileSystemProbe {
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
