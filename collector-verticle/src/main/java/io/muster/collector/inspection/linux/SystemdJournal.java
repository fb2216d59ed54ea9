package io.muster.collector.inspection.linux;

import io.muster.collector.inspection.ProcessJournal;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.JournalEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The journal of systemd, read by {@code journalctl}. */
public final class SystemdJournal implements ProcessJournal {
  private static final Duration TIMEOUT = Duration.ofMillis(1800);
  private static final int MAX_OUTPUT_BYTES = 1 << 20;
  private static final String OUTPUT_FIELDS = "MESSAGE,PRIORITY,_SYSTEMD_UNIT,_COMM,_PID,_UID,_GID";

  private final String program;
  private final Path root;
  private final BoundedCommand command;

  /**
   * Creates the journal; reads nothing.
   *
   * @param root {@code /}, or the mount point of the host's file system in a container
   */
  public SystemdJournal(Path root, LongSupplier nanoTime) {
    this("journalctl", root, new BoundedCommand(TIMEOUT, MAX_OUTPUT_BYTES, nanoTime));
  }

  SystemdJournal(String program, Path root, BoundedCommand command) {
    this.program = program;
    this.root = root;
    this.command = command;
  }

  @Override
  public Journal read(long pid) throws InterruptedException {
    try {
      return toJournal(command.run(arguments(pid)));
    } catch (IOException e) {
      return emptyJournal("journalctl is not installed on this host");
    }
  }

  private List<String> arguments(long pid) {
    var arguments = new ArrayList<>(List.of(program));
    if (root.getNameCount() > 0) {
      arguments.add("--root=" + root);
    }
    arguments.addAll(List.of("--no-pager", "-q", "-r", "-n", "" + Journal.MAX_ENTRIES));
    arguments.addAll(List.of("-o", "json", "--output-fields=" + OUTPUT_FIELDS, "_PID=" + pid));
    return arguments;
  }

  private static Journal toJournal(BoundedCommand.CommandOutput output) {
    var entries = new ArrayList<JournalEntry>();
    output
        .stdout()
        .lines()
        .flatMap(line -> JournalLineParser.parse(line).stream())
        .forEach(entries::add);
    var newest = entries.subList(0, Math.min(entries.size(), Journal.MAX_ENTRIES));
    boolean truncated = entries.size() >= Journal.MAX_ENTRIES || output.exitStatus() < 0;
    return newest.isEmpty() && output.exitStatus() != 0
        ? emptyJournal(problem(output))
        : new Journal(newest, truncated, Optional.empty());
  }

  private static String problem(BoundedCommand.CommandOutput output) {
    return output.hasTimedOut()
        ? "journalctl timed out"
        : output
            .stderr()
            .lines()
            .findFirst()
            .orElse("journalctl failed with status " + output.exitStatus());
  }

  private static Journal emptyJournal(String notice) {
    return new Journal(List.of(), false, Optional.of(notice));
  }
}
