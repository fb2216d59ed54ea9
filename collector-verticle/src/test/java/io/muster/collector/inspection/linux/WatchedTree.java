package io.muster.collector.inspection.linux;

import io.muster.collector.host.StorageSurvey.SpaceGauge;
import io.muster.collector.proc.CapturedTree;
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
 * A tree of kernel files that a test writes, the inspector that reads it, and a clock that stands.
 */
final class WatchedTree {
  static final int MAX_ROWS = 20;
  static final Instant NOW = Instant.parse("2026-08-08T12:34:56.789Z");

  final CapturedTree files;
  final LinuxInspector inspector;
  private final Map<String, Long> sizes = new HashMap<>();
  private long nanos = 1;

  WatchedTree(CapturedTree files) {
    this.files = files;
    this.inspector =
        new LinuxInspector(files.root(), new Clocks(() -> NOW, () -> nanos), new Space(), MAX_ROWS);
  }

  /** Two CPUs, 1 GiB, half of it used; no process. */
  static WatchedTree small(Path root) {
    var tree = new WatchedTree(CapturedTree.empty(root));
    tree.files
        .with("proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 524288 kB\n")
        .with("proc/uptime", "100.00 150.00\n")
        .with("proc/self/mountinfo", "")
        .with("sys/devices/system/cpu/online", "0-1\n");
    return tree.cpus(0, 0);
  }

  void turn(Duration by) {
    nanos += by.toNanos();
  }

  /** What both CPUs together have done since the start of the system. */
  WatchedTree cpus(long busyTicks, long idleTicks) {
    files.with(
        "proc/stat",
        "cpu  0 0 0 0\ncpu0 %d 0 0 %d 0 0 0 0 0 0\ncpu1 0 0 %d 0 %d 0 0 0 0 0\nbtime 1790000000\n"
            .formatted(busyTicks, idleTicks / 2, 0, idleTicks - idleTicks / 2));
    return this;
  }

  /** A process of which only the first file is there. */
  WatchedTree stat(int pid, String name, Fields fields) {
    files.with("proc/" + pid + "/stat", fields.line(pid, name));
    return this;
  }

  /** A process with one thread, and all the files that it has. */
  WatchedTree process(int pid, String name, Fields fields) {
    var line = fields.line(pid, name);
    files
        .with("proc/" + pid + "/stat", line)
        .with("proc/" + pid + "/task/" + pid + "/stat", line)
        .with("proc/" + pid + "/task/" + pid + "/children", "")
        .with("proc/" + pid + "/statm", "5000 256 100 1 0 200 0\n")
        .with(
            "proc/" + pid + "/status",
            "Name:\t%s\nState:\tS\nTgid:\t%d\nPid:\t%d\nUid:\t1000\t0\t0\t0\nGid:\t1001\t0\t0\t0\n"
                .formatted(name, pid, pid))
        .with("proc/" + pid + "/cmdline", name + "\0--lr=1\0");
    return this;
  }

  WatchedTree link(String path, String target) {
    try {
      Files.createDirectories(files.root().resolve(path).getParent());
      Files.createSymbolicLink(files.root().resolve(path), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** A disk as the kernel lists it. */
  WatchedTree disk(String name) {
    files.with("sys/block/" + name + "/size", "1\n");
    return this;
  }

  /** A file system of so many bytes at a mount point; a tenth of it is available. */
  WatchedTree space(String point, long bytes) {
    sizes.put(point, bytes);
    return this;
  }

  /**
   * What a test says of a process; the rest is always the same: 256 resident pages, 1 MiB.
   *
   * @param userTicks CPU time in user mode
   * @param startTicks start, ticks since the boot
   */
  record Fields(char state, long ppid, long userTicks, long systemTicks, long startTicks) {
    static Fields running(long userTicks, long startTicks) {
      return new Fields('R', 1, userTicks, 0, startTicks);
    }

    static Fields child(long ppid, long userTicks) {
      return new Fields('S', ppid, userTicks, 0, 5000);
    }

    private String line(int pid, String name) {
      return "%d (%s) %c %d 1 1 0 -1 4194560 0 0 0 0 %d %d 0 0 20 0 1 0 %d 1048576 256 18446744\n"
          .formatted(pid, name, state, ppid, userTicks, systemTicks, startTicks);
    }
  }

  private final class Space implements SpaceGauge {
    @Override
    public boolean isDirectory(File mountPoint) {
      return true;
    }

    @Override
    public long totalBytes(File mountPoint) {
      var point = "/" + files.root().relativize(mountPoint.toPath());
      return sizes.getOrDefault(point, 1_000L);
    }

    @Override
    public long availableBytes(File mountPoint) {
      return totalBytes(mountPoint) / 10;
    }
  }
}
