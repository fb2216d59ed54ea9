package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory limit of the container that this process runs in, from control groups of version 1 or
 * 2.
 *
 * <p>Only a container's limit describes the machine. A limit on the collector's service, such as
 * {@code MemoryMax} of its unit, does not describe the host; therefore the group at the root of the
 * mounted hierarchy is used (on a host this is the root group, which has no limit), and the group
 * of this process and its parents only if a container runtime left its marker file.
 */
public final class ContainerMemory {
  private static final List<String> RUNTIME_MARKER_FILES =
      List.of(".dockerenv", "run/.containerenv");
  private static final byte[] INACTIVE_FILE_KEY = "inactive_file ".getBytes(US_ASCII);
  private static final byte[] TOTAL_INACTIVE_FILE_KEY = "total_inactive_file ".getBytes(US_ASCII);

  private final long limitBytes;
  private final File usageFile;
  private final File statFile;

  private ContainerMemory(HostRoot hostRoot, MemoryCgroup cgroup, long limitBytes) {
    this.limitBytes = limitBytes;
    this.usageFile = hostRoot.file(cgroup.directory + cgroup.version.usageFile);
    this.statFile = hostRoot.file(cgroup.directory + "/memory.stat");
  }

  /** Returns the lowest limit below the installed memory, if there is one. */
  public static Optional<ContainerMemory> find(HostRoot hostRoot, long installedBytes) {
    Optional<ContainerMemory> lowest = Optional.empty();
    long lowestLimitBytes = installedBytes;
    for (var cgroup : findCgroups(hostRoot)) {
      var cgroupLimitBytes = hostRoot.readNumber(cgroup.directory + cgroup.version.limitFile);
      if (cgroupLimitBytes.isPresent()
          && cgroupLimitBytes.getAsLong() > 0
          && cgroupLimitBytes.getAsLong() < lowestLimitBytes) {
        lowestLimitBytes = cgroupLimitBytes.getAsLong();
        lowest = Optional.of(new ContainerMemory(hostRoot, cgroup, lowestLimitBytes));
      }
    }
    return lowest;
  }

  /** Reads the current usage. Page cache that can be dropped at once does not count as used. */
  public ContainerMemoryUsage read(KernelFileScanner scanner) throws IOException {
    scanner.load(usageFile);
    long chargedBytes = scanner.nextNumber();
    scanner.load(statFile);
    long reclaimableBytes = 0;
    while (!scanner.isAtEnd()) {
      boolean isInactiveFile =
          scanner.skipPrefix(TOTAL_INACTIVE_FILE_KEY) || scanner.skipPrefix(INACTIVE_FILE_KEY);
      reclaimableBytes =
          isInactiveFile ? Math.max(reclaimableBytes, scanner.nextNumber()) : reclaimableBytes;
      scanner.skipLine();
    }
    return ContainerMemoryUsage.of(limitBytes, chargedBytes, reclaimableBytes);
  }

  private static List<MemoryCgroup> findCgroups(HostRoot hostRoot) {
    var cgroups = new ArrayList<MemoryCgroup>();
    for (var version : CgroupVersion.values()) {
      cgroups.add(new MemoryCgroup(version, version.mountPath));
    }
    if (RUNTIME_MARKER_FILES.stream().anyMatch(hostRoot::exists)) {
      hostRoot.readText("proc/self/cgroup").ifPresent(lines -> addOwnCgroups(lines, cgroups));
    }
    return cgroups;
  }

  private static void addOwnCgroups(String lines, List<MemoryCgroup> cgroups) {
    for (var line : lines.split("\n", -1)) {
      var fields = line.split(":", 3);
      var version =
          fields.length == 3 ? CgroupVersion.of(fields[1]) : Optional.<CgroupVersion>empty();
      version.ifPresent(cgroupVersion -> addCgroupAndParents(cgroupVersion, fields[2], cgroups));
    }
  }

  private static void addCgroupAndParents(
      CgroupVersion version, String path, List<MemoryCgroup> cgroups) {
    for (var ancestor = path;
        ancestor.length() > 1;
        ancestor = ancestor.substring(0, ancestor.lastIndexOf('/'))) {
      cgroups.add(new MemoryCgroup(version, version.mountPath + ancestor));
    }
  }

  private record MemoryCgroup(CgroupVersion version, String directory) {}

  private enum CgroupVersion {
    V1("memory", "sys/fs/cgroup/memory", "/memory.limit_in_bytes", "/memory.usage_in_bytes"),
    V2("", "sys/fs/cgroup", "/memory.max", "/memory.current");

    private final String controller;
    private final String mountPath;
    private final String limitFile;
    private final String usageFile;

    CgroupVersion(String controller, String mountPath, String limitFile, String usageFile) {
      this.controller = controller;
      this.mountPath = mountPath;
      this.limitFile = limitFile;
      this.usageFile = usageFile;
    }

    private static Optional<CgroupVersion> of(String controllers) {
      if (controllers.isEmpty()) {
        return Optional.of(V2);
      }
      return List.of(controllers.split(",", -1)).contains(V1.controller)
          ? Optional.of(V1)
          : Optional.empty();
    }
  }

  /**
   * Memory of a limited container, bytes.
   *
   * @param availableBytes limit - used, page cache that can be dropped at once not counted as used
   * @param freeBytes limit - all memory charged to the container
   */
  public record ContainerMemoryUsage(long limitBytes, long availableBytes, long freeBytes) {
    private static ContainerMemoryUsage of(
        long limitBytes, long chargedBytes, long reclaimableBytes) {
      long freeBytes = Math.max(0, limitBytes - chargedBytes);
      long availableBytes =
          Math.min(limitBytes, freeBytes + Math.min(reclaimableBytes, chargedBytes));
      return new ContainerMemoryUsage(limitBytes, availableBytes, freeBytes);
    }
  }
}
