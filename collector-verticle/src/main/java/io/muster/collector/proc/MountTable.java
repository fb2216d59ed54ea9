package io.muster.collector.proc;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parser of {@code /proc/[pid]/mountinfo} that selects one mount point for each local file system
 * that holds data.
 *
 * <p>Excluded are file systems in memory or in the kernel; images, which are always full (squashfs,
 * iso9660); and network file systems, because a size query to an unreachable server blocks for
 * minutes, and a fleet would count one share once for each host. An overlay is included only at
 * {@code /}, where it is the root file system of a container.
 */
public final class MountTable {
  private static final Set<String> DATA_FILE_SYSTEMS =
      Set.of(
          "ext2",
          "ext3",
          "ext4",
          "xfs",
          "btrfs",
          "zfs",
          "bcachefs",
          "f2fs",
          "jfs",
          "nilfs2",
          "reiserfs",
          "vfat",
          "exfat",
          "ntfs",
          "ntfs3",
          "fuseblk",
          "hfsplus",
          "apfs",
          "ufs");
  private static final String OVERLAY = "overlay";
  private static final String ANONYMOUS_DEVICE_PREFIX = "0:";
  private static final Pattern OCTAL_ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  private MountTable() {}

  /**
   * Returns the local file systems, sorted by mount point. Of several mounts of one device (bind
   * mounts, subvolumes), one that shows the root of the file system is preferred, then the one with
   * the shortest mount point.
   *
   * @param isDirectory returns true if a mount point is a directory; containers mount single files
   *     of the host
   */
  public static List<MountedFileSystem> localFileSystems(
      String mountinfo, Predicate<String> isDirectory) {
    var byMountPoint = new LinkedHashMap<String, MountEntry>();
    for (var line : mountinfo.split("\n", -1)) {
      // A mount hides earlier mounts at the same mount point.
      parse(line).ifPresent(mount -> byMountPoint.put(mount.mountPoint, mount));
    }
    var byDevice = new LinkedHashMap<String, MountEntry>();
    byMountPoint.values().stream()
        .filter(MountEntry::isDataFileSystem)
        .filter(mount -> isDirectory.test(mount.mountPoint))
        .sorted(
            Comparator.comparing(MountEntry::isSubtree)
                .thenComparing(mount -> mount.mountPoint.length()))
        .forEach(mount -> byDevice.putIfAbsent(mount.deviceKey(), mount));
    return byDevice.values().stream()
        .map(mount -> new MountedFileSystem(mount.source, mount.mountPoint))
        .sorted(Comparator.comparing(MountedFileSystem::mountPoint))
        .toList();
  }

  private static Optional<MountEntry> parse(String line) {
    int separatorIndex = line.indexOf(" - ");
    if (separatorIndex < 0) {
      return Optional.empty();
    }
    var mountFields = line.substring(0, separatorIndex).split(" ", -1);
    var fileSystemFields = line.substring(separatorIndex + 3).split(" ", -1);
    return mountFields.length < 5 || fileSystemFields.length < 2
        ? Optional.empty()
        : Optional.of(
            new MountEntry(
                mountFields[2],
                unescape(mountFields[3]),
                unescape(mountFields[4]),
                fileSystemFields[0],
                unescape(fileSystemFields[1])));
  }

  /** Decodes the octal escapes of blanks, tabs, line ends and backslashes in a path. */
  private static String unescape(String path) {
    return OCTAL_ESCAPE
        .matcher(path)
        .replaceAll(
            match -> {
              var character = String.valueOf((char) Integer.parseInt(match.group(1), 8));
              return Matcher.quoteReplacement(character);
            });
  }

  /**
   * A mounted file system.
   *
   * @param device mounted device, such as {@code /dev/nvme0n1p2}
   * @param mountPoint absolute path of the mount point
   */
  public record MountedFileSystem(String device, String mountPoint) {}

  private record MountEntry(
      String deviceNumber, String root, String mountPoint, String fileSystemType, String source) {
    private boolean isDataFileSystem() {
      return DATA_FILE_SYSTEMS.contains(fileSystemType)
          || (fileSystemType.equals(OVERLAY) && mountPoint.equals("/"));
    }

    private boolean isSubtree() {
      return !root.equals("/");
    }

    /**
     * Returns the key that is equal for all mounts of one device: a file system that spans several
     * disks has a device number for each subvolume, but one source.
     */
    private String deviceKey() {
      return deviceNumber.startsWith(ANONYMOUS_DEVICE_PREFIX) && !fileSystemType.equals(OVERLAY)
          ? source
          : deviceNumber;
    }
  }
}
