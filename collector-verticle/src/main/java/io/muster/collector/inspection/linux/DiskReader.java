package io.muster.collector.inspection.linux;

import io.muster.collector.host.StorageReader;
import io.muster.collector.host.StorageReader.FileSystemProbe;
import io.muster.collector.host.StorageReader.FileSystemUsage;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.schema.inspection.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the mounted devices of a Linux host, and the disks that contain them. A device is a
 * partition if {@code /sys/block} lists the disk that its name derives from, but not the device.
 */
final class DiskReader {
  private static final String DEVICE_DIRECTORY = "/dev/";
  private static final String BLOCK_DIRECTORY = "sys/block/";
  private static final Comparator<Disk> BY_NAME =
      Comparator.comparing((Disk disk) -> disk.name().length()).thenComparing(Disk::name);

  /** {@code nvme0n1p2} is part of {@code nvme0n1}, {@code sda1} of {@code sda}. */
  private static final List<Pattern> PARTITION_PATTERNS =
      List.of(Pattern.compile("(.+\\d)p\\d+"), Pattern.compile("(.+?)\\d+"));

  private final HostRoot hostRoot;
  private final StorageReader storageReader;
  private final DiskSensors sensors;

  DiskReader(HostRoot hostRoot, KernelFileScanner scanner, FileSystemProbe fileSystemProbe) {
    this.hostRoot = hostRoot;
    this.storageReader = new StorageReader(hostRoot, scanner, fileSystemProbe);
    this.sensors = new DiskSensors(hostRoot);
  }

  List<Disk> read() throws IOException {
    var partitions = new TreeMap<String, List<Disk>>();
    var others = new ArrayList<Disk>();
    for (var fileSystem : distinctFileSystems(storageReader.readFileSystems())) {
      var name = kernelName(fileSystem.device());
      var parent = name.flatMap(this::parentDisk);
      var celsius = parent.or(() -> name).map(sensors::celsius).orElse(OptionalDouble.empty());
      var row = disk(fileSystem, celsius, parent.isPresent());
      parent
          .map(diskName -> partitions.computeIfAbsent(diskName, missing -> new ArrayList<>()))
          .orElse(others)
          .add(row);
    }
    var rows = new ArrayList<Disk>();
    partitions.forEach((diskName, diskPartitions) -> addDisk(diskName, diskPartitions, rows));
    others.sort(BY_NAME);
    rows.addAll(others);
    return rows;
  }

  /** Returns one row for each device, however often it is mounted. */
  private static Iterable<FileSystemUsage> distinctFileSystems(List<FileSystemUsage> fileSystems) {
    var byDevice = new LinkedHashMap<String, FileSystemUsage>();
    fileSystems.forEach(fileSystem -> byDevice.putIfAbsent(fileSystem.device(), fileSystem));
    return byDevice.values();
  }

  private static void addDisk(String diskName, List<Disk> partitions, List<Disk> rows) {
    partitions.sort(BY_NAME);
    rows.add(
        new Disk(
            DEVICE_DIRECTORY + diskName.replace('!', '/'),
            partitions.stream().mapToLong(Disk::totalBytes).sum(),
            partitions.stream().mapToLong(Disk::availableBytes).sum(),
            partitions.get(0).celsius(),
            false));
    rows.addAll(partitions);
  }

  /**
   * Returns the name in {@code /sys/block}; empty if the device is not a device file, such as a ZFS
   * pool.
   */
  private static Optional<String> kernelName(String device) {
    return device.startsWith(DEVICE_DIRECTORY)
        ? Optional.of(device.substring(DEVICE_DIRECTORY.length()).replace('/', '!'))
        : Optional.empty();
  }

  private Optional<String> parentDisk(String name) {
    if (isDisk(name)) {
      return Optional.empty();
    }
    return PARTITION_PATTERNS.stream()
        .map(pattern -> pattern.matcher(name))
        .filter(matcher -> matcher.matches() && isDisk(matcher.group(1)))
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  private boolean isDisk(String name) {
    return hostRoot.exists(BLOCK_DIRECTORY + name);
  }

  private static Disk disk(
      FileSystemUsage fileSystem, OptionalDouble celsius, boolean isPartition) {
    return new Disk(
        fileSystem.device(),
        fileSystem.totalBytes(),
        fileSystem.availableBytes(),
        celsius,
        isPartition);
  }
}
