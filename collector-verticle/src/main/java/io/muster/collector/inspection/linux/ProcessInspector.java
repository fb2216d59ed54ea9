package io.muster.collector.inspection.linux;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.proc.ProcessFiles;
import io.muster.collector.proc.ProcessFiles.ProcessOwner;
import io.muster.collector.proc.ProcessStat;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessDetail.ProcessFileUse;
import io.muster.schema.inspection.ProcessDetail.ProcessIds;
import io.muster.schema.inspection.ProcessDetail.ProcessMemory;
import io.muster.schema.inspection.ProcessDetail.ProcessName;
import io.muster.schema.inspection.ProcessDetail.ProcessTiming;
import io.muster.schema.inspection.ThreadDetail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Reads one process in detail, with its children and threads, sorted by id, up to a maximum number
 * of each. A process that ends during the read is unknown; a child or thread that ends during the
 * read is skipped. Used by the inspection thread only.
 */
final class ProcessInspector {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final ProcessFiles files;
  private final ProcessCpuUsage cpuUsage;
  private final int maxRows;

  /**
   * Creates the inspector; reads nothing.
   *
   * @param maxRows maximum number of children, and of threads, that are reported
   */
  ProcessInspector(ProcessFiles files, ProcessCpuUsage cpuUsage, int maxRows) {
    this.files = files;
    this.cpuUsage = cpuUsage;
    this.maxRows = maxRows;
  }

  ProcessDetail read(long id) throws IOException {
    if (id < 1 || id > Integer.MAX_VALUE) {
      throw processUnknown(id);
    }
    int pid = (int) id;
    try {
      return read(pid, files.stat(pid));
    } catch (IOException e) {
      if (files.exists(pid)) {
        throw e;
      }
      throw processUnknown(pid);
    }
  }

  private ProcessDetail read(int pid, ProcessStat stat) throws IOException {
    var owner = files.owner(pid);
    if (owner.processId() != pid) {
      throw processUnknown(pid); // the id belongs to a thread
    }
    cpuUsage.beginInspection();
    var tids = files.threadIds(pid);
    var children = children(pid, tids);
    var detail = detail(stat, owner, children, threads(pid, tids));
    if (!files.stat(pid).isSameProcess(stat)) {
      throw processUnknown(pid); // another process has its id now
    }
    return detail;
  }

  private ProcessDetail detail(
      ProcessStat stat,
      ProcessOwner owner,
      List<ProcessDetail> children,
      List<ThreadDetail> threads)
      throws IOException {
    int pid = (int) stat.pid();
    var io = files.io(pid);
    return new ProcessDetail(
        new ProcessName(pid, stat.name(), files.command(pid, stat.name())),
        new ProcessIds(
            stat.ppid() > 0 ? OptionalLong.of(stat.ppid()) : OptionalLong.empty(),
            owner.userId().orElse(0),
            owner.groupId().orElse(0)),
        stateLetter(stat.state()),
        stat.scheduling().threads(),
        new ProcessTiming(
            cpuUsage.measurePercent(stat),
            files.startEpochSeconds(stat),
            toMicros(stat.times().userTicks()),
            toMicros(stat.times().systemTicks())),
        new ProcessMemory(
            files.residentBytes(stat),
            stat.size().virtualBytes(),
            OptionalLong.of(files.sharedBytes(pid))),
        new ProcessFileUse(
            files.fileDescriptorCount(pid),
            io.readBytes(),
            io.writtenBytes(),
            files.linkTarget(pid, "cwd"),
            files.linkTarget(pid, "exe")),
        children,
        threads);
  }

  private List<ThreadDetail> threads(int pid, int[] tids) {
    var threads = new ArrayList<ThreadDetail>(Math.min(tids.length, maxRows));
    for (int index = 0; index < tids.length && index < maxRows; index++) {
      thread(pid, tids[index]).ifPresent(threads::add);
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
              toMicros(stat.times().userTicks()),
              toMicros(stat.times().systemTicks()),
              stateLetter(stat.state())));
    } catch (IOException e) {
      return Optional.empty(); // the thread has ended
    }
  }

  private List<ProcessDetail> children(int pid, int[] tids) throws IOException {
    var children = new ArrayList<ProcessDetail>();
    for (int childPid : listedChildren(pid, tids).orElseGet(() -> scannedChildren(pid))) {
      if (children.size() < maxRows) {
        child(childPid, pid).ifPresent(children::add);
      }
    }
    return children;
  }

  private Optional<ProcessDetail> child(int pid, int parentPid) {
    try {
      var stat = files.stat(pid);
      return stat.ppid() == parentPid
          ? Optional.of(detail(stat, files.owner(pid), List.of(), List.of()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // the child has ended
    }
  }

  /** Returns the children that each thread lists; empty if the kernel does not list them. */
  private Optional<int[]> listedChildren(int pid, int[] tids) {
    if (tids.length == 0 || tids.length > maxRows || files.childPids(pid, tids[0]).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        IntStream.of(tids)
            .mapToObj(tid -> files.childPids(pid, tid))
            .flatMapToInt(children -> IntStream.of(children.orElse(new int[0])))
            .sorted()
            .toArray());
  }

  /** Searches all processes for the children. */
  private int[] scannedChildren(int parentPid) {
    return IntStream.of(files.pids().orElse(new int[0]))
        .filter(pid -> isChild(pid, parentPid))
        .toArray();
  }

  private boolean isChild(int pid, int parentPid) {
    try {
      return files.stat(pid).ppid() == parentPid;
    } catch (IOException e) {
      return false; // the process has ended
    }
  }

  private long toMicros(long ticks) {
    return ticks * MICROS_PER_SECOND / files.ticksPerSecond();
  }

  private static String stateLetter(char letter) {
    return switch (letter) {
      case 'R', 'S', 'I', 'T', 't', 'Z', 'X', 'D', 'P' -> String.valueOf(letter);
      case 'x' -> "X";
      default -> "?";
    };
  }

  private static FleetException processUnknown(long pid) {
    return new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid);
  }
}
