package io.muster.collector.inspection.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.muster.collector.proc.AuxiliaryVector;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
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
 * The files of one process under {@code /proc}. Those that only its owner may read are empty for
 * others; the rest fail when it has ended.
 */
final class ProcessFiles {
  private static final byte[] THREAD_GROUP = "Tgid:".getBytes(US_ASCII);
  private static final byte[] USER = "Uid:".getBytes(US_ASCII);
  private static final byte[] GROUP = "Gid:".getBytes(US_ASCII);
  private static final byte[] READ = "rchar:".getBytes(US_ASCII);
  private static final byte[] WRITTEN = "wchar:".getBytes(US_ASCII);
  private static final int MAX_COMMAND_BYTES = 4096;
  private static final int MAX_STATUS_BYTES = 2048;

  private final KernelTree tree;
  private final KernelText text;
  private final File proc;
  private @Nullable AuxiliaryVector units;

  ProcessFiles(KernelTree tree, KernelText text) {
    this.tree = tree;
    this.text = text;
    this.proc = tree.file("proc");
  }

  ProcessStat stat(int pid) throws IOException {
    text.load(file(pid, "stat"));
    return ProcessStat.parse(text);
  }

  ProcessStat threadStat(int pid, int tid) throws IOException {
    text.load(file(pid, "task/" + tid + "/stat"));
    return ProcessStat.parse(text);
  }

  boolean exists(int pid) {
    return file(pid, "").exists();
  }

  /** Who owns the process, and which process a thread belongs to. */
  Owner owner(int pid) throws IOException {
    text.load(file(pid, "status"), MAX_STATUS_BYTES);
    var owner = new Owner(pid, 0, 0);
    for (; !text.atEnd(); text.nextLine()) {
      owner = owner.with(text);
    }
    return owner;
  }

  /** Arguments joined by blanks, at most 4,096 bytes of them; {@code [name]} without any. */
  String command(int pid, String name) throws IOException {
    text.load(file(pid, "cmdline"), MAX_COMMAND_BYTES);
    var command = text.rest();
    return command.isEmpty() ? "[" + name + "]" : command;
  }

  /** Resident pages that others may share, bytes. */
  long sharedBytes(int pid) throws IOException {
    text.load(file(pid, "statm"));
    text.skipWords(2); // all pages, resident pages
    return text.nextNumber() * units().pageSizeBytes();
  }

  Traffic traffic(int pid) {
    try {
      text.load(file(pid, "io"));
    } catch (IOException e) {
      return Traffic.UNKNOWN;
    }
    var read = OptionalLong.empty();
    var written = OptionalLong.empty();
    for (; !text.atEnd(); text.nextLine()) {
      read = text.pass(READ) ? OptionalLong.of(text.nextNumber()) : read;
      written = text.pass(WRITTEN) ? OptionalLong.of(text.nextNumber()) : written;
    }
    return new Traffic(read, written);
  }

  /** Where {@code cwd} or {@code exe} leads. */
  Optional<String> link(int pid, String name) {
    try {
      return Optional.of(Files.readSymbolicLink(file(pid, name).toPath()).toString());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** How many files are open. */
  OptionalLong descriptors(int pid) {
    try (var open = Files.newDirectoryStream(file(pid, "fd").toPath())) {
      long count = 0;
      for (var each : open) {
        count += each == null ? 0 : 1;
      }
      return OptionalLong.of(count);
    } catch (IOException | DirectoryIteratorException e) {
      return OptionalLong.empty();
    }
  }

  /** Ids of the threads, ascending. */
  int[] threads(int pid) throws IOException {
    return tree.numbers("proc/" + pid + "/task")
        .orElseThrow(() -> new IOException("threads of " + pid + " cannot be listed"));
  }

  /** Ids of the processes that a thread began; empty where the kernel does not list them. */
  Optional<int[]> children(int pid, int tid) {
    try {
      text.load(file(pid, "task/" + tid + "/children"));
    } catch (IOException e) {
      return Optional.empty();
    }
    var pids = new int[8];
    int count = 0;
    for (long child = text.nextNumber(); child > 0; child = text.nextNumber()) {
      pids = count == pids.length ? Arrays.copyOf(pids, 2 * count) : pids;
      pids[count++] = (int) child;
    }
    return Optional.of(Arrays.copyOf(pids, count));
  }

  int ticksPerSecond() {
    return units().ticksPerSecond();
  }

  long resident(ProcessStat stat) {
    return stat.residentPages() * units().pageSizeBytes();
  }

  private AuxiliaryVector units() {
    var known = units;
    if (known == null) {
      known = AuxiliaryVector.read(tree);
      units = known;
    }
    return known;
  }

  private File file(int pid, String name) {
    return new File(proc, pid + "/" + name);
  }

  /**
   * Whose a process is.
   *
   * @param processId of the process, also when a thread was asked about
   */
  record Owner(int processId, long userId, long groupId) {
    private Owner with(KernelText line) {
      if (line.pass(THREAD_GROUP)) {
        return new Owner((int) line.nextNumber(), userId, groupId);
      }
      if (line.pass(USER)) {
        return new Owner(processId, line.nextNumber(), groupId);
      }
      return line.pass(GROUP) ? new Owner(processId, userId, line.nextNumber()) : this;
    }
  }

  /** Bytes that system calls moved, caches included. */
  record Traffic(OptionalLong readBytes, OptionalLong writtenBytes) {
    private static final Traffic UNKNOWN = new Traffic(OptionalLong.empty(), OptionalLong.empty());
  }
}
