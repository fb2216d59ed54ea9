package io.muster.collector.inspection.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.muster.collector.proc.AuxiliaryVector;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.ProcessStat;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a process under {@code /proc}. Values of files that only its owner may read
 * are empty for other users; the other reads fail if the process has ended. Used by the inspection
 * thread only.
 */
final class ProcessFiles {
  private static final byte[] TGID_KEY = "Tgid:".getBytes(US_ASCII);
  private static final byte[] UID_KEY = "Uid:".getBytes(US_ASCII);
  private static final byte[] GID_KEY = "Gid:".getBytes(US_ASCII);
  private static final byte[] READ_BYTES_KEY = "rchar:".getBytes(US_ASCII);
  private static final byte[] WRITTEN_BYTES_KEY = "wchar:".getBytes(US_ASCII);
  private static final int MAX_COMMAND_BYTES = 4096;
  private static final int MAX_STATUS_BYTES = 2048;

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final File proc;
  private @Nullable AuxiliaryVector auxiliaryVector;

  ProcessFiles(HostRoot hostRoot, KernelFileScanner scanner) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.proc = hostRoot.file("proc");
  }

  ProcessStat stat(int pid) throws IOException {
    scanner.load(file(pid, "stat"));
    return ProcessStat.parse(scanner);
  }

  ProcessStat threadStat(int pid, int tid) throws IOException {
    scanner.load(file(pid, "task/" + tid + "/stat"));
    return ProcessStat.parse(scanner);
  }

  boolean exists(int pid) {
    return file(pid, "").exists();
  }

  /** Returns the owner of a process or thread, and the id of the process. */
  ProcessOwner owner(int pid) throws IOException {
    scanner.load(file(pid, "status"), MAX_STATUS_BYTES);
    var owner = new ProcessOwner(pid, 0, 0);
    for (; !scanner.isAtEnd(); scanner.skipLine()) {
      owner = owner.withLine(scanner);
    }
    return owner;
  }

  /** Returns the arguments joined by spaces, 4,096 bytes at most; {@code [name]} without any. */
  String command(int pid, String name) throws IOException {
    scanner.load(file(pid, "cmdline"), MAX_COMMAND_BYTES);
    var command = scanner.remainingText();
    return command.isEmpty() ? "[" + name + "]" : command;
  }

  /** Returns the size of the resident pages that are shareable with other processes, bytes. */
  long sharedBytes(int pid) throws IOException {
    scanner.load(file(pid, "statm"));
    scanner.skipWords(2); // all pages, resident pages
    return scanner.nextNumber() * auxiliaryVector().pageSizeBytes();
  }

  ProcessIo io(int pid) {
    try {
      scanner.load(file(pid, "io"));
    } catch (IOException e) {
      return ProcessIo.UNKNOWN;
    }
    var readBytes = OptionalLong.empty();
    var writtenBytes = OptionalLong.empty();
    for (; !scanner.isAtEnd(); scanner.skipLine()) {
      readBytes =
          scanner.skipPrefix(READ_BYTES_KEY) ? OptionalLong.of(scanner.nextNumber()) : readBytes;
      writtenBytes =
          scanner.skipPrefix(WRITTEN_BYTES_KEY)
              ? OptionalLong.of(scanner.nextNumber())
              : writtenBytes;
    }
    return new ProcessIo(readBytes, writtenBytes);
  }

  /** Returns the target of the link {@code cwd} or {@code exe}. */
  Optional<String> linkTarget(int pid, String name) {
    try {
      return Optional.of(Files.readSymbolicLink(file(pid, name).toPath()).toString());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Returns the number of open files. */
  OptionalLong fileDescriptorCount(int pid) {
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
  int[] threadIds(int pid) throws IOException {
    return hostRoot
        .listNumericNames("proc/" + pid + "/task")
        .orElseThrow(() -> new IOException("threads of " + pid + " cannot be listed"));
  }

  /** Returns the ids of the processes that a thread started; empty if the kernel lists none. */
  Optional<int[]> childPids(int pid, int tid) {
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

  int ticksPerSecond() {
    return auxiliaryVector().ticksPerSecond();
  }

  long residentBytes(ProcessStat stat) {
    return stat.residentPages() * auxiliaryVector().pageSizeBytes();
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
   * The owner of a process.
   *
   * @param processId id of the process, even if the id of a thread was given
   */
  record ProcessOwner(int processId, long userId, long groupId) {
    private ProcessOwner withLine(KernelFileScanner scanner) {
      if (scanner.skipPrefix(TGID_KEY)) {
        return new ProcessOwner((int) scanner.nextNumber(), userId, groupId);
      }
      if (scanner.skipPrefix(UID_KEY)) {
        return new ProcessOwner(processId, scanner.nextNumber(), groupId);
      }
      return scanner.skipPrefix(GID_KEY)
          ? new ProcessOwner(processId, userId, scanner.nextNumber())
          : this;
    }
  }

  /** Bytes that system calls read and wrote, including those served by caches. */
  record ProcessIo(OptionalLong readBytes, OptionalLong writtenBytes) {
    private static final ProcessIo UNKNOWN =
        new ProcessIo(OptionalLong.empty(), OptionalLong.empty());
  }
}
