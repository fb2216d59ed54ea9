package io.muster.collector.inspection.linux;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.linux.ProcessFiles.Owner;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.proc.ProcessStat;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ThreadDetail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * One process, looked at closely, its children and its threads, by id and a bounded number of each.
 * A process that ends meanwhile is unknown, a child or thread that does is passed over.
 */
final class ProcessLens {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final KernelTree tree;
  private final ProcessFiles files;
  private final CpuShares shares;
  private final int maxRows;
  private long bootSeconds = -1;

  /**
   * Reads nothing yet.
   *
   * @param maxRows as many children, and as many threads, are told
   */
  ProcessLens(KernelTree tree, ProcessFiles files, CpuShares shares, int maxRows) {
    this.tree = tree;
    this.files = files;
    this.shares = shares;
    this.maxRows = maxRows;
  }

  ProcessDetail read(long id) throws IOException {
    if (id < 1 || id > Integer.MAX_VALUE) {
      throw unknown(id);
    }
    int pid = (int) id;
    try {
      return read(pid, files.stat(pid));
    } catch (IOException e) {
      if (files.exists(pid)) {
        throw e;
      }
      throw unknown(pid);
    }
  }

  private ProcessDetail read(int pid, ProcessStat stat) throws IOException {
    var owner = files.owner(pid);
    if (owner.processId() != pid) {
      throw unknown(pid); // of a thread
    }
    shares.begin();
    var tids = files.threads(pid);
    var children = children(pid, tids);
    var detail = detail(stat, owner, children, threads(pid, tids));
    if (files.stat(pid).startTicks() != stat.startTicks()) {
      throw unknown(pid); // another one has its id now
    }
    return detail;
  }

  private ProcessDetail detail(
      ProcessStat stat, Owner owner, List<ProcessDetail> children, List<ThreadDetail> threads)
      throws IOException {
    int pid = (int) stat.pid();
    var traffic = files.traffic(pid);
    return new ProcessDetail(
        pid,
        stat.name(),
        files.command(pid, stat.name()),
        shares.percent(stat),
        files.resident(stat),
        stat.virtualBytes(),
        OptionalLong.of(files.sharedBytes(pid)),
        stat.threads(),
        files.descriptors(pid),
        state(stat.state()),
        stat.ppid() > 0 ? OptionalLong.of(stat.ppid()) : OptionalLong.empty(),
        owner.userId(),
        owner.groupId(),
        bootSeconds() + stat.startTicks() / files.ticksPerSecond(),
        micros(stat.userTicks()),
        micros(stat.systemTicks()),
        traffic.readBytes(),
        traffic.writtenBytes(),
        files.link(pid, "cwd"),
        files.link(pid, "exe"),
        children,
        threads);
  }

  private List<ThreadDetail> threads(int pid, int[] tids) {
    var threads = new ArrayList<ThreadDetail>(Math.min(tids.length, maxRows));
    for (int place = 0; place < tids.length && place < maxRows; place++) {
      thread(pid, tids[place]).ifPresent(threads::add);
    }
    return threads;
  }

  private Optional<ThreadDetail> thread(int pid, int tid) {
    try {
      var stat = files.threadStat(pid, tid);
      return Optional.of(
          new ThreadDetail(
              tid,
              stat.name(),
              micros(stat.userTicks()),
              micros(stat.systemTicks()),
              state(stat.state())));
    } catch (IOException e) {
      return Optional.empty(); // it ended
    }
  }

  private List<ProcessDetail> children(int pid, int[] tids) throws IOException {
    var children = new ArrayList<ProcessDetail>();
    for (int child : listed(pid, tids).orElseGet(() -> found(pid))) {
      if (children.size() < maxRows) {
        child(child, pid).ifPresent(children::add);
      }
    }
    return children;
  }

  private Optional<ProcessDetail> child(int pid, int parent) {
    try {
      var stat = files.stat(pid);
      return stat.ppid() == parent
          ? Optional.of(detail(stat, files.owner(pid), List.of(), List.of()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it ended
    }
  }

  /** Each thread lists the children that it began; empty if the kernel does not list them. */
  private Optional<int[]> listed(int pid, int[] tids) {
    if (tids.length == 0 || tids.length > maxRows || files.children(pid, tids[0]).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        IntStream.of(tids)
            .mapToObj(tid -> files.children(pid, tid))
            .flatMapToInt(children -> IntStream.of(children.orElse(new int[0])))
            .sorted()
            .toArray());
  }

  /** The children among all processes. */
  private int[] found(int parent) {
    return IntStream.of(tree.numbers("proc").orElse(new int[0]))
        .filter(pid -> isChild(pid, parent))
        .toArray();
  }

  private boolean isChild(int pid, int parent) {
    try {
      return files.stat(pid).ppid() == parent;
    } catch (IOException e) {
      return false; // it ended
    }
  }

  private long bootSeconds() {
    bootSeconds = bootSeconds < 0 ? tree.bootSeconds().orElse(0) : bootSeconds;
    return bootSeconds;
  }

  private long micros(long ticks) {
    return ticks * MICROS_PER_SECOND / files.ticksPerSecond();
  }

  private static String state(char letter) {
    return switch (letter) {
      case 'R', 'S', 'I', 'T', 't', 'Z', 'X', 'D', 'P' -> String.valueOf(letter);
      case 'x' -> "X";
      default -> "?";
    };
  }

  private static FleetException unknown(long pid) {
    return new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid);
  }
}
