package io.muster.collector.inspection.linux;

import io.muster.collector.host.StorageSurvey;
import io.muster.collector.host.StorageSurvey.SpaceGauge;
import io.muster.collector.host.StorageSurvey.Volume;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
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
 * The mounted devices of a Linux host, and the disks that hold them. A device is a partition when
 * {@code /sys/block} does not know it and knows the disk that its name derives from.
 */
final class DiskReader {
  private static final String DEVICES = "/dev/";
  private static final String BLOCK = "sys/block/";
  private static final Comparator<Disk> BY_NAME =
      Comparator.comparing((Disk disk) -> disk.name().length()).thenComparing(Disk::name);

  /** {@code nvme0n1p2} is part of {@code nvme0n1}, {@code sda1} of {@code sda}. */
  private static final List<Pattern> PARTITIONS =
      List.of(Pattern.compile("(.+\\d)p\\d+"), Pattern.compile("(.+?)\\d+"));

  private final KernelTree tree;
  private final StorageSurvey survey;
  private final DiskSensors sensors;

  DiskReader(KernelTree tree, KernelText text, SpaceGauge gauge) {
    this.tree = tree;
    this.survey = new StorageSurvey(tree, text, gauge);
    this.sensors = new DiskSensors(tree);
  }

  List<Disk> read() throws IOException {
    var partitions = new TreeMap<String, List<Disk>>();
    var others = new ArrayList<Disk>();
    for (var volume : devices(survey.volumes())) {
      var name = kernelName(volume.device());
      var parent = name.flatMap(this::parent);
      var celsius = parent.or(() -> name).map(sensors::celsius).orElse(OptionalDouble.empty());
      var row = disk(volume, celsius, parent.isPresent());
      parent
          .map(disk -> partitions.computeIfAbsent(disk, first -> new ArrayList<>()))
          .orElse(others)
          .add(row);
    }
    var rows = new ArrayList<Disk>();
    partitions.forEach((disk, parts) -> addDisk(disk, parts, rows));
    others.sort(BY_NAME);
    rows.addAll(others);
    return rows;
  }

  /** One row for each device, whatever is mounted of it. */
  private static Iterable<Volume> devices(List<Volume> volumes) {
    var byDevice = new LinkedHashMap<String, Volume>();
    volumes.forEach(volume -> byDevice.putIfAbsent(volume.device(), volume));
    return byDevice.values();
  }

  private static void addDisk(String disk, List<Disk> partitions, List<Disk> rows) {
    partitions.sort(BY_NAME);
    rows.add(
        new Disk(
            DEVICES + disk.replace('!', '/'),
            partitions.stream().mapToLong(Disk::totalBytes).sum(),
            partitions.stream().mapToLong(Disk::availableBytes).sum(),
            partitions.get(0).celsius(),
            false));
    rows.addAll(partitions);
  }

  /** As {@code /sys/block} spells it; empty for what is no device file, such as a ZFS pool. */
  private static Optional<String> kernelName(String device) {
    return device.startsWith(DEVICES)
        ? Optional.of(device.substring(DEVICES.length()).replace('/', '!'))
        : Optional.empty();
  }

  private Optional<String> parent(String name) {
    if (isDisk(name)) {
      return Optional.empty();
    }
    return PARTITIONS.stream()
        .map(pattern -> pattern.matcher(name))
        .filter(matcher -> matcher.matches() && isDisk(matcher.group(1)))
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  private boolean isDisk(String name) {
    return tree.exists(BLOCK + name);
  }

  private static Disk disk(Volume volume, OptionalDouble celsius, boolean partition) {
    return new Disk(
        volume.device(), volume.totalBytes(), volume.availableBytes(), celsius, partition);
  }
}
