package io.muster.collector.proc;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    return cgroups(hostRoot)
        .flatMap(
            cgroup ->
                hostRoot.readNumber(cgroup.directory + cgroup.version.limitFile).stream()
                    .filter(limitBytes -> limitBytes > 0 && limitBytes < installedBytes)
                    .mapToObj(limitBytes -> new ContainerMemory(hostRoot, cgroup, limitBytes)))
        .min(Comparator.comparingLong(container -> container.limitBytes));
  }

  /**
   * Reads the current usage. Page cache that can be dropped at once is available; buffers, cache
   * and swap are 0.
   */
  public MemoryUsage read(KernelFileScanner scanner) throws IOException {
    scanner.load(usageFile);
    long chargedBytes = scanner.nextNumber();
    scanner.load(statFile);
    var inactiveBytes = scanner.readNumbers("inactive_file ", "total_inactive_file ");
    long reclaimableBytes = Math.max(inactiveBytes[0].orElse(0), inactiveBytes[1].orElse(0));
    long freeBytes = Math.max(0, limitBytes - chargedBytes);
    long availableBytes =
        Math.min(limitBytes, freeBytes + Math.min(reclaimableBytes, chargedBytes));
    return new MemoryUsage(limitBytes, availableBytes, freeBytes, 0, 0, 0, 0);
  }

  private static Stream<MemoryCgroup> cgroups(HostRoot hostRoot) {
    var mounted =
        Arrays.stream(CgroupVersion.values())
            .map(version -> new MemoryCgroup(version, version.mountPath));
    return RUNTIME_MARKER_FILES.stream().anyMatch(hostRoot::exists)
        ? Stream.concat(mounted, ownCgroups(hostRoot.readText("proc/self/cgroup")))
        : mounted;
  }

  /** Returns the groups of this process, and their parents. */
  private static Stream<MemoryCgroup> ownCgroups(Optional<String> lines) {
    return lines.stream()
        .flatMap(String::lines)
        .map(line -> line.split(":", 3))
        .filter(fields -> fields.length == 3)
        .flatMap(
            fields ->
                CgroupVersion.of(fields[1]).stream()
                    .flatMap(version -> cgroupAndParents(version, fields[2])));
  }

  private static Stream<MemoryCgroup> cgroupAndParents(CgroupVersion version, String path) {
    return Stream.iterate(
            path,
            ancestor -> ancestor.length() > 1,
            ancestor -> ancestor.substring(0, ancestor.lastIndexOf('/')))
        .map(ancestor -> new MemoryCgroup(version, version.mountPath + ancestor));
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
}
