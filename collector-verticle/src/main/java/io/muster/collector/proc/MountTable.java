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
 * The disks among the mounts of {@code /proc/[pid]/mountinfo}: one mount point for each local file
 * system that holds data.
 *
 * <p>Left out: what lives in memory or in the kernel; images, which are always full (squashfs,
 * iso9660); and network file systems, because asking a dead server for its size hangs for minutes,
 * and a fleet would count one share once for each host. An overlay counts only at {@code /}, where
 * it is the disk of a container.
 */
public final class MountTable {
  private static final Set<String> DISKS =
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
  private static final String ANONYMOUS = "0:";
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  private MountTable() {}

  /**
   * Sorted by mount point. Of several mounts of one device (bind mounts, subvolumes) the one that
   * shows its root goes before others, then the shortest.
   *
   * @param directory whether a mount point is a directory; containers mount single files of the
   *     host
   */
  public static List<Disk> disks(String mountinfo, Predicate<String> directory) {
    var mounted = new LinkedHashMap<String, Mount>();
    for (var line : mountinfo.split("\n", -1)) {
      // Of several mounts at one place only the last is seen.
      parse(line).ifPresent(mount -> mounted.put(mount.point, mount));
    }
    var primary = new LinkedHashMap<String, Mount>();
    mounted.values().stream()
        .filter(Mount::holdsData)
        .filter(mount -> directory.test(mount.point))
        .sorted(Comparator.comparing(Mount::partial).thenComparing(mount -> mount.point.length()))
        .forEach(mount -> primary.putIfAbsent(mount.device(), mount));
    return primary.values().stream()
        .map(mount -> new Disk(mount.source, mount.point))
        .sorted(Comparator.comparing(Disk::point))
        .toList();
  }

  private static Optional<Mount> parse(String line) {
    int dash = line.indexOf(" - ");
    if (dash < 0) {
      return Optional.empty();
    }
    var place = line.substring(0, dash).split(" ", -1);
    var what = line.substring(dash + 3).split(" ", -1);
    return place.length < 5 || what.length < 2
        ? Optional.empty()
        : Optional.of(
            new Mount(place[2], plain(place[3]), plain(place[4]), what[0], plain(what[1])));
  }

  /** Blanks, tabs, line ends and backslashes of a path are written as octal numbers. */
  private static String plain(String path) {
    return ESCAPE
        .matcher(path)
        .replaceAll(
            found -> {
              var letter = String.valueOf((char) Integer.parseInt(found.group(1), 8));
              return Matcher.quoteReplacement(letter);
            });
  }

  /**
   * A mounted disk.
   *
   * @param device as it was mounted, such as {@code /dev/nvme0n1p2}
   * @param point where it is mounted
   */
  public record Disk(String device, String point) {}

  private record Mount(String number, String root, String point, String type, String source) {
    private boolean holdsData() {
      return DISKS.contains(type) || (type.equals(OVERLAY) && point.equals("/"));
    }

    private boolean partial() {
      return !root.equals("/");
    }

    /** File systems over several disks have a number for each subvolume, but one source. */
    private String device() {
      return number.startsWith(ANONYMOUS) && !type.equals(OVERLAY) ? source : number;
    }
  }
}
