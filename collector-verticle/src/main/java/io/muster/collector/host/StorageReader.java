package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.MountTable;
import io.muster.schema.host.Storage;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The disks of a Linux host's mount table, and how full they are. */
public final class StorageReader {
  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final FileSystemProbe fileSystemProbe;
  private final String mountInfoPath;

  /** Reads nothing yet. */
  public StorageReader(
      HostRoot hostRoot, KernelFileScanner scanner, FileSystemProbe fileSystemProbe) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.fileSystemProbe = fileSystemProbe;
    this.mountInfoPath = hostRoot.hostProcessPath("mountinfo");
  }

  /** Where the mounts stand, for the failure. */
  String mountInfoPath() {
    return mountInfoPath;
  }

  /** The storage section. */
  List<Storage> read(String hostname) throws IOException {
    var storage = new ArrayList<Storage>();
    for (var fileSystem : readFileSystems()) {
      storage.add(
          new Storage(
              fileSystem.mountPoint(),
              fileSystem.totalBytes(),
              fileSystem.availableBytes(),
              hostname,
              hostname,
              storage.size()));
    }
    return storage;
  }

  /** One for each local file system that holds data, by mount point. */
  public List<FileSystemUsage> readFileSystems() throws IOException {
    scanner.load(hostRoot.file(mountInfoPath));
    var mountInfo = scanner.remainingText();
    var fileSystems = new ArrayList<FileSystemUsage>();
    for (var mounted :
        MountTable.localFileSystems(
            mountInfo,
            mountPoint -> fileSystemProbe.isDirectory(hostRoot.absoluteFile(mountPoint)))) {
      var directory = hostRoot.absoluteFile(mounted.mountPoint());
      long totalBytes = fileSystemProbe.totalBytes(directory);
      if (totalBytes > 0) {
        long availableBytes = fileSystemProbe.availableBytes(directory);
        fileSystems.add(
            new FileSystemUsage(
                mounted.device(), mounted.mountPoint(), totalBytes, availableBytes));
      }
    }
    return fileSystems;
  }

  /**
   * A mounted file system.
   *
   * @param device as it was mounted, such as {@code /dev/nvme0n1p2}
   * @param mountPoint where it is mounted
   * @param availableBytes what an ordinary user may still write
   */
  public record FileSystemUsage(
      String device, String mountPoint, long totalBytes, long availableBytes) {}

  /** What the system says about a mount point. */
  public interface FileSystemProbe {
    /** Asks the file system itself (statvfs). */
    FileSystemProbe SYSTEM = new FileSystemProbe() {};

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
