package io.muster.collector.host;

import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.proc.MountTable;
import io.muster.schema.host.Storage;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The disks of a Linux host's mount table, and how full they are. */
public final class StorageSurvey {
  private final KernelTree tree;
  private final KernelText text;
  private final SpaceGauge gauge;
  private final String path;

  /** Reads nothing yet. */
  public StorageSurvey(KernelTree tree, KernelText text, SpaceGauge gauge) {
    this.tree = tree;
    this.text = text;
    this.gauge = gauge;
    this.path = tree.ofHost("mountinfo");
  }

  /** Where the mounts stand, for the failure. */
  String path() {
    return path;
  }

  /** The storage section. */
  List<Storage> read(String host) throws IOException {
    var storage = new ArrayList<Storage>();
    for (var volume : volumes()) {
      storage.add(
          new Storage(
              volume.point(),
              volume.totalBytes(),
              volume.availableBytes(),
              host,
              host,
              storage.size()));
    }
    return storage;
  }

  /** One for each local file system that holds data, by mount point. */
  public List<Volume> volumes() throws IOException {
    text.load(tree.file(path));
    var mountinfo = text.rest();
    var volumes = new ArrayList<Volume>();
    for (var disk : MountTable.disks(mountinfo, at -> gauge.isDirectory(tree.seen(at)))) {
      var directory = tree.seen(disk.point());
      long totalBytes = gauge.totalBytes(directory);
      if (totalBytes > 0) {
        long availableBytes = gauge.availableBytes(directory);
        volumes.add(new Volume(disk.device(), disk.point(), totalBytes, availableBytes));
      }
    }
    return volumes;
  }

  /**
   * A mounted file system.
   *
   * @param device as it was mounted, such as {@code /dev/nvme0n1p2}
   * @param point where it is mounted
   * @param availableBytes what an ordinary user may still write
   */
  public record Volume(String device, String point, long totalBytes, long availableBytes) {}

  /** What the system says about a mount point. */
  public interface SpaceGauge {
    /** Asks the file system itself (statvfs). */
    SpaceGauge SYSTEM = new SpaceGauge() {};

    default boolean isDirectory(File mountPoint) {
      return mountPoint.isDirectory();
    }

    /** 0 when it cannot be told. */
    default long totalBytes(File mountPoint) {
      return mountPoint.getTotalSpace();
    }

    /** For an ordinary user. */
    default long availableBytes(File mountPoint) {
      return mountPoint.getUsableSpace();
    }
  }
}
