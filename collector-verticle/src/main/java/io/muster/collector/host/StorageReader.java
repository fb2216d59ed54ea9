package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.MountTable;
import io.muster.schema.host.Storage;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reader of the local file systems in a Linux host's mount table, with size and available space.
 */
public final class StorageReader {
  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final FileSystemProbe fileSystemProbe;
  private final String mountInfoPath;

  /** Creates the reader; nothing is read yet. */
  public StorageReader(
      HostRoot hostRoot, KernelFileScanner scanner, FileSystemProbe fileSystemProbe) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.fileSystemProbe = fileSystemProbe;
    this.mountInfoPath = hostRoot.hostProcessPath("mountinfo");
  }

  /** Path of the mount table, reported in read failures. */
  String mountInfoPath() {
    return mountInfoPath;
  }

  /** Reads the storage section. */
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

  /** Reads one entry for each local file system that holds data, sorted by mount point. */
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
   * @param device mounted device, such as {@code /dev/nvme0n1p2}
   * @param mountPoint absolute path of the mount point
   * @param availableBytes bytes that an ordinary user can still write
   */
  public record FileSystemUsage(
      String device, String mountPoint, long totalBytes, long availableBytes) {}

  /** Queries about a mount point. */
  public interface FileSystemProbe {
    /** Probe that queries the file system (statvfs). */
    FileSystemProbe SYSTEM = new FileSystemProbe() {};

    default boolean isDirectory(File mountPoint) {
      return mountPoint.isDirectory();
    }

    /** Returns the size of the file system; 0 if it cannot be determined. */
    default long totalBytes(File mountPoint) {
      return mountPoint.getTotalSpace();
    }

    /** Returns the bytes available to an ordinary user. */
    default long availableBytes(File mountPoint) {
      return mountPoint.getUsableSpace();
    }
  }
}
