package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory limit of the container that this process lives in, control groups of version 1 or 2.
 *
 * <p>Only a container's limit stands for the machine. A limit on the collector's own service, such
 * as {@code MemoryMax} of its unit, says nothing about the host; so what counts is the group that
 * stands at the root of the mounted hierarchy (on a host that is the root group, which has no
 * limit), and the group of this process only where a container runtime left its mark.
 */
public final class ContainerMemory {
  private static final List<String> MARKS = List.of(".dockerenv", "run/.containerenv");
  private static final byte[] INACTIVE_FILE = "inactive_file ".getBytes(US_ASCII);
  private static final byte[] TOTAL_INACTIVE_FILE = "total_inactive_file ".getBytes(US_ASCII);

  private final long limitBytes;
  private final File current;
  private final File stat;

  private ContainerMemory(KernelTree tree, Group group, long limitBytes) {
    this.limitBytes = limitBytes;
    this.current = tree.file(group.directory + group.version.current);
    this.stat = tree.file(group.directory + "/memory.stat");
  }

  /** The tightest limit below the installed memory, if there is one. */
  public static Optional<ContainerMemory> find(KernelTree tree, long installedBytes) {
    Optional<ContainerMemory> tightest = Optional.empty();
    long limit = installedBytes;
    for (var group : groups(tree)) {
      var own = tree.number(group.directory + group.version.limit);
      if (own.isPresent() && own.getAsLong() > 0 && own.getAsLong() < limit) {
        limit = own.getAsLong();
        tightest = Optional.of(new ContainerMemory(tree, group, limit));
      }
    }
    return tightest;
  }

  /** What is used now. Page cache that can be dropped at once does not count as used. */
  public Usage read(KernelText text) throws IOException {
    text.load(current);
    long usedBytes = text.nextNumber();
    text.load(stat);
    long droppableBytes = 0;
    while (!text.atEnd()) {
      boolean found = text.pass(TOTAL_INACTIVE_FILE) || text.pass(INACTIVE_FILE);
      droppableBytes = found ? Math.max(droppableBytes, text.nextNumber()) : droppableBytes;
      text.nextLine();
    }
    return Usage.of(limitBytes, usedBytes, droppableBytes);
  }

  private static List<Group> groups(KernelTree tree) {
    var groups = new ArrayList<Group>();
    for (var version : Version.values()) {
      groups.add(new Group(version, version.mount));
    }
    if (MARKS.stream().anyMatch(tree::exists)) {
      tree.text("proc/self/cgroup").ifPresent(lines -> addOwn(lines, groups));
    }
    return groups;
  }

  private static void addOwn(String lines, List<Group> groups) {
    for (var line : lines.split("\n", -1)) {
      var parts = line.split(":", 3);
      var version = parts.length == 3 ? Version.of(parts[1]) : Optional.<Version>empty();
      version.ifPresent(found -> addWithParents(found, parts[2], groups));
    }
  }

  private static void addWithParents(Version version, String path, List<Group> groups) {
    for (var at = path; at.length() > 1; at = at.substring(0, at.lastIndexOf('/'))) {
      groups.add(new Group(version, version.mount + at));
    }
  }

  private record Group(Version version, String directory) {}

  private enum Version {
    ONE("memory", "sys/fs/cgroup/memory", "/memory.limit_in_bytes", "/memory.usage_in_bytes"),
    TWO("", "sys/fs/cgroup", "/memory.max", "/memory.current");

    private final String controller;
    private final String mount;
    private final String limit;
    private final String current;

    Version(String controller, String mount, String limit, String current) {
      this.controller = controller;
      this.mount = mount;
      this.limit = limit;
      this.current = current;
    }

    private static Optional<Version> of(String controllers) {
      if (controllers.isEmpty()) {
        return Optional.of(TWO);
      }
      return List.of(controllers.split(",", -1)).contains(ONE.controller)
          ? Optional.of(ONE)
          : Optional.empty();
    }
  }

  /**
   * Memory of a limited container, bytes.
   *
   * @param availableBytes limit - used, page cache that can be dropped at once not counted as used
   * @param freeBytes limit - everything that is charged to the container
   */
  public record Usage(long limitBytes, long availableBytes, long freeBytes) {
    private static Usage of(long limitBytes, long currentBytes, long droppableBytes) {
      long freeBytes = Math.max(0, limitBytes - currentBytes);
      long availableBytes =
          Math.min(limitBytes, freeBytes + Math.min(droppableBytes, currentBytes));
      return new Usage(limitBytes, availableBytes, freeBytes);
    }
  }
}
