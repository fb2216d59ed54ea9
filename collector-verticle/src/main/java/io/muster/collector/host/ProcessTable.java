package io.muster.collector.host;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.muster.collector.proc.AuxiliaryVector;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.proc.ProcessStat;
import io.muster.collector.proc.UserNames;
import io.muster.schema.host.ProcessEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a Linux host, from {@code /proc/[pid]}. A process that ends while it is read is
 * passed over.
 *
 * <p>{@code stat} is read each time. Owner and command line cost twice as much again, and reading a
 * command line waits for the memory lock of the other process; they are read at the first and
 * second sight of a process, when its name changes (as it does when it runs another program), and
 * every tenth time. The CPU share is that since the last reading, however long ago; at first sight
 * it is that since the process began, as {@code ps} has it. Command lines are cut at 4,096 bytes,
 * and are never logged: they may hold secrets.
 */
final class ProcessTable {
  private static final String PROC = "proc";
  private static final byte[] UID = "Uid:".getBytes(US_ASCII);
  private static final int MAX_COMMAND_BYTES = 4096;
  private static final int MAX_STATUS_BYTES = 2048;
  private static final int REREAD_EVERY = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private final KernelTree tree;
  private final KernelText text;
  private final LongSupplier nanoTime;
  private final UserNames users;
  private Map<Integer, Known> known = new HashMap<>();
  private AuxiliaryVector units = AuxiliaryVector.USUAL;
  private long bootSeconds = -1;

  ProcessTable(KernelTree tree, KernelText text, LongSupplier nanoTime) {
    this.tree = tree;
    this.text = text;
    this.nanoTime = nanoTime;
    this.users = new UserNames(tree);
  }

  /**
   * All processes, by pid.
   *
   * @param memoryBytes memory of the host, for the share of each; 0 if not known
   * @param cpus upper bound of the CPU share, as a count of CPUs
   */
  List<ProcessEntry> read(long memoryBytes, int cpus) throws IOException {
    var pids =
        tree.numbers(PROC).orElseThrow(() -> new IOException("not a directory that can be listed"));
    if (bootSeconds < 0) {
      units = AuxiliaryVector.read(tree);
      bootSeconds = tree.bootSeconds().orElseThrow(() -> new IOException("no line of btime"));
    }
    users.refresh();
    var seen = new HashMap<Integer, Known>(known.size() * 2);
    var rows = new ArrayList<ProcessEntry>(pids.length);
    var scale = new Scale(memoryBytes, 100.0 * Math.max(1, cpus), upTicks());
    for (int pid : pids) {
      var row = row(pid, scale, seen);
      if (row != null) {
        rows.add(row);
      }
    }
    known = seen;
    return rows;
  }

  private @Nullable ProcessEntry row(int pid, Scale scale, Map<Integer, Known> seen) {
    try {
      text.load(tree.file(PROC + "/" + pid + "/stat"));
      var stat = ProcessStat.parse(text);
      long now = nanoTime.getAsLong();
      var before = known.get(pid);
      boolean same = before != null && before.stat.startTicks() == stat.startTicks();
      double cpuPercent =
          same && before != null ? percent(before, stat, now, scale) : percent(stat, scale);
      var current = same && before != null ? before.again(stat, now) : Known.first(stat, now);
      if (current.due()) {
        current = current.with(user(pid), command(pid, stat.name()));
      }
      seen.put(pid, current);
      return entry(current, cpuPercent, scale);
    } catch (IOException e) {
      return null; // it ended
    }
  }

  private double percent(Known before, ProcessStat stat, long now, Scale scale) {
    double seconds = (now - before.readNanos) / NANOS_PER_SECOND;
    double used = stat.cpuTicks() - before.stat.cpuTicks();
    double percent = seconds <= 0 ? 0 : 100 * used / units.ticksPerSecond() / seconds;
    return Math.max(0, Math.min(percent, scale.maxCpuPercent));
  }

  /** Since the process began; 0 where the system does not tell how long ago that was. */
  private static double percent(ProcessStat stat, Scale scale) {
    double lifeTicks = scale.upTicks - stat.startTicks();
    return lifeTicks <= 0 ? 0 : Math.min(100 * stat.cpuTicks() / lifeTicks, scale.maxCpuPercent);
  }

  private ProcessEntry entry(Known process, double cpuPercent, Scale scale) {
    var stat = process.stat;
    long residentBytes = stat.residentPages() * units.pageSizeBytes();
    return new ProcessEntry(
        0,
        "",
        stat.pid(),
        stat.name(),
        0,
        cpuPercent,
        scale.memoryPercent(residentBytes),
        residentBytes,
        stat.virtualBytes(),
        process.user,
        state(stat.state()),
        Long.toString(bootSeconds + stat.startTicks() / units.ticksPerSecond()),
        stat.cpuTicks() / units.ticksPerSecond(),
        process.command,
        stat.ppid(),
        stat.threads(),
        false,
        stat.priority(),
        stat.nice(),
        0);
  }

  private String user(int pid) throws IOException {
    text.load(tree.file(PROC + "/" + pid + "/status"), MAX_STATUS_BYTES);
    for (; !text.atEnd(); text.nextLine()) {
      if (text.pass(UID)) {
        return users.name(text.nextNumber());
      }
    }
    return "unknown";
  }

  private String command(int pid, String name) throws IOException {
    text.load(tree.file(PROC + "/" + pid + "/cmdline"), MAX_COMMAND_BYTES);
    var command = text.rest();
    return command.isEmpty() ? "[" + name + "]" : command;
  }

  /** Clock ticks since the boot; 0 if not readable: only the shares at first sight need it. */
  private long upTicks() {
    return tree.upCentiseconds() * units.ticksPerSecond() / 100;
  }

  private static String state(char letter) {
    return switch (letter) {
      case 'R', 'S', 'I', 'T', 'Z', 'X', 'D' -> String.valueOf(letter);
      case 't' -> "T";
      case 'x' -> "X";
      default -> "?";
    };
  }

  private record Scale(long memoryBytes, double maxCpuPercent, long upTicks) {
    private double memoryPercent(long residentBytes) {
      return memoryBytes <= 0 ? 0 : 100.0 * residentBytes / memoryBytes;
    }
  }

  private record Known(
      ProcessStat stat, long readNanos, int sightings, String user, String command) {
    private static final int REREAD = 2;

    private static Known first(ProcessStat stat, long now) {
      return new Known(stat, now, 1, "", "");
    }

    private Known again(ProcessStat now, long nanos) {
      int next = now.name().equals(stat.name()) ? sightings + 1 : 1;
      return new Known(now, nanos, next, user, command);
    }

    private boolean due() {
      return sightings <= REREAD || sightings % REREAD_EVERY == 0;
    }

    private Known with(String newUser, String newCommand) {
      return new Known(stat, readNanos, sightings, newUser, newCommand);
    }
  }
}
