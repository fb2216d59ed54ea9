package io.muster.collector.inspection.linux;

import io.muster.collector.host.StorageReader.FileSystemProbe;
import io.muster.collector.proc.HostFilesFixture;
import io.muster.runtime.node.Clocks;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A tree of kernel files that a test writes, the inspector that reads it, and a clock that the test
 * advances.
 */
final class LinuxHostFixture {
  static final int MAX_ROWS = 20;
  static final Instant NOW = Instant.parse("2026-08-08T12:34:56.789Z");

  final HostFilesFixture files;
  final LinuxInspector inspector;
  private final Map<String, Long> sizesByMountPoint = new HashMap<>();
  private long nowNanos = 1;

  LinuxHostFixture(HostFilesFixture files) {
    this.files = files;
    this.inspector =
        new LinuxInspector(
            files.directory(),
            new Clocks(() -> NOW, () -> nowNanos),
            new FixedFileSystemProbe(),
            MAX_ROWS);
  }

  /** Creates a host with two CPUs and 1 GiB, half of it used; no process. */
  static LinuxHostFixture twoCpuHost(Path root) {
    var host = new LinuxHostFixture(HostFilesFixture.empty(root));
    host.files
        .write("proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 524288 kB\n")
        .write("proc/uptime", "100.00 150.00\n")
        .write("proc/self/mountinfo", "")
        .write("sys/devices/system/cpu/online", "0-1\n");
    return host.setCpuTicks(0, 0);
  }

  void advance(Duration duration) {
    nowNanos += duration.toNanos();
  }

  /** Sets the ticks of both CPUs together since the boot. */
  LinuxHostFixture setCpuTicks(long busyTicks, long idleTicks) {
    files.write(
        "proc/stat",
        "cpu  0 0 0 0\ncpu0 %d 0 0 %d 0 0 0 0 0 0\ncpu1 0 0 %d 0 %d 0 0 0 0 0\nbtime 1790000000\n"
            .formatted(busyTicks, idleTicks / 2, 0, idleTicks - idleTicks / 2));
    return this;
  }

  /** Writes a process that has only its stat file. */
  LinuxHostFixture writeStat(int pid, String name, StatFields fields) {
    files.write("proc/" + pid + "/stat", fields.line(pid, name));
    return this;
  }

  /** Writes a process with one thread and all its public files. */
  LinuxHostFixture writeProcess(int pid, String name, StatFields fields) {
    var line = fields.line(pid, name);
    files
        .write("proc/" + pid + "/stat", line)
        .write("proc/" + pid + "/task/" + pid + "/stat", line)
        .write("proc/" + pid + "/task/" + pid + "/children", "")
        .write("proc/" + pid + "/statm", "5000 256 100 1 0 200 0\n")
        .write(
            "proc/" + pid + "/status",
            "Name:\t%s\nState:\tS\nTgid:\t%d\nPid:\t%d\nUid:\t1000\t0\t0\t0\nGid:\t1001\t0\t0\t0\n"
                .formatted(name, pid, pid))
        .write("proc/" + pid + "/cmdline", name + "\0--lr=1\0");
    return this;
  }

  LinuxHostFixture createLink(String path, String target) {
    try {
      Files.createDirectories(files.directory().resolve(path).getParent());
      Files.createSymbolicLink(files.directory().resolve(path), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Adds a disk to the kernel's list. */
  LinuxHostFixture addDisk(String name) {
    files.write("sys/block/" + name + "/size", "1\n");
    return this;
  }

  /** Sets the size of the file system at a mount point; a tenth of it is available. */
  LinuxHostFixture setSize(String mountPoint, long sizeBytes) {
    sizesByMountPoint.put(mountPoint, sizeBytes);
    return this;
  }

  /**
   * The values of a process that a test sets; others are fixed: 256 resident pages, 1 MiB virtual.
   *
   * @param userTicks CPU time in user mode
   * @param startTicks start, ticks since the boot
   */
  record StatFields(char state, long ppid, long userTicks, long systemTicks, long startTicks) {
    static StatFields running(long userTicks, long startTicks) {
      return new StatFields('R', 1, userTicks, 0, startTicks);
    }

    static StatFields child(long ppid, long userTicks) {
      return new StatFields('S', ppid, userTicks, 0, 5000);
    }

    private String line(int pid, String name) {
      return "%d (%s) %c %d 1 1 0 -1 4194560 0 0 0 0 %d %d 0 0 20 0 1 0 %d 1048576 256 18446744\n"
          .formatted(pid, name, state, ppid, userTicks, systemTicks, startTicks);
    }
  }

  private final class FixedFileSystemProbe implements FileSystemProbe {
    @Override
    public boolean isDirectory(File mountPoint) {
      return true;
    }

    @Override
    public long totalBytes(File mountPoint) {
      var path = "/" + files.directory().relativize(mountPoint.toPath());
      return sizesByMountPoint.getOrDefault(path, 1_000L);
    }

    @Override
    public long availableBytes(File mountPoint) {
      return totalBytes(mountPoint) / 10;
    }
  }
}
