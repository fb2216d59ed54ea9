package io.muster.collector.proc;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of the processes of a Linux host, {@code /proc/[pid]}. Values of files that only
 * the owner of a process may read are empty for other users; the other reads fail if the process
 * has ended. Command lines are never logged: they may contain secrets. Used by one thread only.
 */
public final class ProcessFiles {
  private static final int MAX_COMMAND_BYTES = 4096;
  private static final int MAX_STATUS_BYTES = 2048;
  private static final double NANOS_PER_SECOND = 1e9;

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final File proc;
  private @Nullable AuxiliaryVector auxiliaryVector;
  private OptionalLong bootEpochSeconds = OptionalLong.empty();

  /** Creates the reader; nothing is read yet. */
  public ProcessFiles(HostRoot hostRoot, KernelFileScanner scanner) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.proc = hostRoot.file("proc");
  }

  /** Returns the ids of all processes, ascending; empty if they cannot be listed. */
  public Optional<int[]> pids() {
    return hostRoot.listNumericNames("proc");
  }

  public ProcessStat stat(int pid) throws IOException {
    scanner.load(file(pid, "stat"));
    return ProcessStat.parse(scanner);
  }

  public ProcessStat threadStat(int pid, int tid) throws IOException {
    scanner.load(file(pid, "task/" + tid + "/stat"));
    return ProcessStat.parse(scanner);
  }

  public boolean exists(int pid) {
    return file(pid, "").exists();
  }

  /** Returns the owner of a process or thread, and the id of the process. */
  public ProcessOwner owner(int pid) throws IOException {
    scanner.load(file(pid, "status"), MAX_STATUS_BYTES);
    var ids = scanner.readNumbers("Tgid:", "Uid:", "Gid:");
    return new ProcessOwner((int) ids[0].orElse(pid), ids[1], ids[2]);
  }

  /**
   * Returns the arguments joined by spaces, 4,096 bytes at most, with the secrets of this program
   * masked; {@code [name]} without any.
   */
  public String command(int pid, String name) throws IOException {
    scanner.load(file(pid, "cmdline"), MAX_COMMAND_BYTES);
    var arguments = scanner.remainingArguments();
    return arguments.isEmpty()
        ? "[" + name + "]"
        : SecretArguments.mask(arguments).replace('\0', ' ');
  }

  /** Returns the size of the resident pages that are shareable with other processes, bytes. */
  public long sharedBytes(int pid) throws IOException {
    scanner.load(file(pid, "statm"));
    scanner.skipWords(2); // all pages, resident pages
    return scanner.nextNumber() * auxiliaryVector().pageSizeBytes();
  }

  /** Returns the bytes read and written. */
  public ProcessIo io(int pid) {
    try {
      scanner.load(file(pid, "io"));
    } catch (IOException e) {
      return ProcessIo.UNKNOWN;
    }
    var bytes = scanner.readNumbers("rchar:", "wchar:");
    return new ProcessIo(bytes[0], bytes[1]);
  }

  /** Returns the target of the link {@code cwd} or {@code exe}. */
  public Optional<String> linkTarget(int pid, String name) {
    try {
      return Optional.of(Files.readSymbolicLink(file(pid, name).toPath()).toString());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Returns the number of open files. */
  public OptionalLong fileDescriptorCount(int pid) {
    try (var entries = Files.newDirectoryStream(file(pid, "fd").toPath())) {
      long count = 0;
      for (var entry : entries) {
        count += entry == null ? 0 : 1;
      }
      return OptionalLong.of(count);
    } catch (IOException | DirectoryIteratorException e) {
      return OptionalLong.empty();
    }
  }

  /** Returns the ids of the threads, ascending. */
  public int[] threadIds(int pid) throws IOException {
    return hostRoot
        .listNumericNames("proc/" + pid + "/task")
        .orElseThrow(() -> new IOException("threads of " + pid + " cannot be listed"));
  }

  /** Returns the ids of the processes that a thread started; empty if the kernel lists none. */
  public Optional<int[]> childPids(int pid, int tid) {
    try {
      scanner.load(file(pid, "task/" + tid + "/children"));
    } catch (IOException e) {
      return Optional.empty();
    }
    var pids = new int[8];
    int count = 0;
    for (long child = scanner.nextNumber(); child > 0; child = scanner.nextNumber()) {
      pids = count == pids.length ? Arrays.copyOf(pids, 2 * count) : pids;
      pids[count++] = (int) child;
    }
    return Optional.of(Arrays.copyOf(pids, count));
  }

  /** Clock ticks per second. */
  public int ticksPerSecond() {
    return auxiliaryVector().ticksPerSecond();
  }

  /** Returns the time since boot, clock ticks; 0 if not reported. */
  public long uptimeTicks() {
    return hostRoot.readUptimeCentiseconds() * ticksPerSecond() / 100;
  }

  /** Returns the boot time of the kernel, seconds since the epoch; empty if not reported. */
  public OptionalLong bootEpochSeconds() {
    bootEpochSeconds =
        bootEpochSeconds.isPresent() ? bootEpochSeconds : hostRoot.readBootEpochSeconds();
    return bootEpochSeconds;
  }

  /**
   * Returns the start of a process, seconds since the epoch, or since the boot if that is not
   * known.
   */
  public long startEpochSeconds(ProcessStat stat) {
    return bootEpochSeconds().orElse(0) + stat.times().startTicks() / ticksPerSecond();
  }

  /** Returns the CPU usage during a time, percent of one CPU: 250 is two and a half. */
  public double cpuPercent(long usedTicks, long elapsedNanos) {
    double elapsedSeconds = elapsedNanos / NANOS_PER_SECOND;
    return elapsedNanos <= 0 ? 0 : 100.0 * usedTicks / ticksPerSecond() / elapsedSeconds;
  }

  /** Returns the size of the pages in physical memory. */
  public long residentBytes(ProcessStat stat) {
    return stat.size().residentPages() * auxiliaryVector().pageSizeBytes();
  }

  private AuxiliaryVector auxiliaryVector() {
    var vector = auxiliaryVector;
    if (vector == null) {
      vector = AuxiliaryVector.read(hostRoot);
      auxiliaryVector = vector;
    }
    return vector;
  }

  private File file(int pid, String name) {
    return new File(proc, pid + "/" + name);
  }

  /**
   * The owner of a process; empty ids are not reported.
   *
   * @param processId id of the process, even if the id of a thread was given
   */
  public record ProcessOwner(int processId, OptionalLong userId, OptionalLong groupId) {}

  /** Bytes that system calls read and wrote, including those served by caches. */
  public record ProcessIo(OptionalLong readBytes, OptionalLong writtenBytes) {
    private static final ProcessIo UNKNOWN =
        new ProcessIo(OptionalLong.empty(), OptionalLong.empty());
  }
}
