package io.muster.collector.host;

import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.proc.MountTable;
import io.muster.schema.host.Storage;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The storage section of a Linux host: the disks of its mount table, and how full they are. */
final class StorageSurvey {
  private final KernelTree tree;
  private final KernelText text;
  private final SpaceGauge gauge;
  private final String path;

  StorageSurvey(KernelTree tree, KernelText text, SpaceGauge gauge) {
    this.tree = tree;
    this.text = text;
    this.gauge = gauge;
    this.path = tree.ofHost("mountinfo");
  }

  /** Where the mounts stand, for the failure. */
  String path() {
    return path;
  }

  List<Storage> read(String host) throws IOException {
    text.load(tree.file(path));
    var mountinfo = text.rest();
    var storage = new ArrayList<Storage>();
    for (var point : MountTable.disks(mountinfo, at -> gauge.isDirectory(tree.seen(at)))) {
      var directory = tree.seen(point);
      long totalBytes = gauge.totalBytes(directory);
      if (totalBytes > 0) {
        long availableBytes = gauge.availableBytes(directory);
        storage.add(new Storage(point, totalBytes, availableBytes, host, host, storage.size()));
      }
    }
    return storage;
  }

  /** What the system says about a mount point. */
  interface SpaceGauge {
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
