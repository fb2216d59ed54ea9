package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.schema.inspection.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskReaderTest {
  private static final OptionalDouble UNKNOWN = OptionalDouble.empty();

  private final WatchedTree host;

  DiskReaderTest(@TempDir Path directory) {
    host = WatchedTree.small(directory);
  }

  @Test
  void disks_server_areDisksWithTheirPartitionsThenTheRest() throws IOException {
    host.disk("sda").disk("nvme0n1").disk("dm-0").disk("zram0");
    mounts(
        "259:2 / / ext4 /dev/nvme0n1p2",
        "259:1 / /boot vfat /dev/nvme0n1p1",
        "8:1 / /data ext4 /dev/sda1",
        "253:0 / /home xfs /dev/mapper/vg-home",
        "252:0 / /var/tmp ext4 /dev/zram0",
        "0:70 / /tank zfs tank");
    host.space("/", 900_000).space("/boot", 100_000).space("/data", 50_000);

    assertThat(host.inspector.disks())
        .containsExactly(
            new Disk("/dev/nvme0n1", 1_000_000, 100_000, UNKNOWN, false),
            new Disk("/dev/nvme0n1p1", 100_000, 10_000, UNKNOWN, true),
            new Disk("/dev/nvme0n1p2", 900_000, 90_000, UNKNOWN, true),
            new Disk("/dev/sda", 50_000, 5_000, UNKNOWN, false),
            new Disk("/dev/sda1", 50_000, 5_000, UNKNOWN, true),
            new Disk("tank", 1_000, 100, UNKNOWN, false),
            new Disk("/dev/zram0", 1_000, 100, UNKNOWN, false),
            new Disk("/dev/mapper/vg-home", 1_000, 100, UNKNOWN, false));
  }

  @Test
  void disks_deviceMountedTwice_isOneRow() throws IOException {
    host.disk("sda");
    mounts("8:1 / / ext4 /dev/sda1", "8:1 /srv /srv ext4 /dev/sda1", "0:41 / /b btrfs /dev/sda2");

    assertThat(names()).containsExactly("/dev/sda", "/dev/sda1", "/dev/sda2");
  }

  @Test
  void disks_manyPartitions_areInTheOrderOfTheirNumbers() throws IOException {
    host.disk("mmcblk0");
    mounts("1:10 / /c ext4 /dev/mmcblk0p10", "1:2 / /b ext4 /dev/mmcblk0p2");

    assertThat(names()).containsExactly("/dev/mmcblk0", "/dev/mmcblk0p2", "/dev/mmcblk0p10");
  }

  @Test
  void disks_namesThatLookLikePartitions_areToldByTheKernelsList() throws IOException {
    host.disk("xvda1").disk("sdp").disk("md127").disk("cciss!c0d0");
    mounts(
        "1:1 / / ext4 /dev/xvda1",
        "1:2 / /a ext4 /dev/sdp1",
        "1:3 / /b ext4 /dev/md127p3",
        "1:4 / /c ext4 /dev/cciss/c0d0p1",
        "1:5 / /d ext4 /dev/mapper/data1",
        "1:6 / /e ext4 /dev/gone7");

    assertThat(host.inspector.disks())
        .filteredOn(Disk::partition)
        .extracting(Disk::name)
        .containsExactly("/dev/cciss/c0d0p1", "/dev/md127p3", "/dev/sdp1");
    assertThat(names())
        .containsSubsequence("/dev/cciss/c0d0", "/dev/cciss/c0d0p1", "/dev/md127")
        .endsWith("/dev/gone7", "/dev/xvda1", "/dev/mapper/data1");
  }

  @Test
  void disks_temperature_isGivenToTheDiskAndItsPartitions() throws IOException {
    host.disk("nvme0n1").disk("sda").disk("sdb");
    host.files
        .with("sys/class/nvme/nvme0/hwmon3/temp1_input", "41850\n")
        .with("sys/class/nvme/nvme1/hwmon4/temp1_input", "70000\n")
        .with("sys/block/sda/device/hwmon/hwmon7/temp1_input", "33000\n")
        .with("sys/block/sdb/device/hwmon8/temp1_input", "-273000\n");
    mounts("1:1 / / ext4 /dev/nvme0n1p1", "8:1 / /data ext4 /dev/sda", "8:2 / /cold ext4 /dev/sdb");

    assertThat(host.inspector.disks())
        .extracting(Disk::celsius)
        .containsExactly(
            OptionalDouble.of(41.85), OptionalDouble.of(41.85), OptionalDouble.of(33), UNKNOWN);
  }

  @Test
  void disks_multipathNvme_areAskedByTheirController() throws IOException {
    host.disk("nvme1n1");
    host.files
        .with("sys/block/nvme1n1/device/subsysnqn", "x")
        .with("sys/class/nvme/nvme1/hwmon0/temp1_input", "50000\n");
    mounts("1:1 / / ext4 /dev/nvme1n1");

    assertThat(host.inspector.disks())
        .containsExactly(new Disk("/dev/nvme1n1", 1_000, 100, OptionalDouble.of(50), false));
  }

  @Test
  void disks_none_areNone() throws IOException {
    assertThat(host.inspector.disks()).isEmpty();
  }

  @Test
  void disks_mountsThatCannotBeRead_fail() {
    host.files.without("proc/self/mountinfo");

    assertThatThrownBy(host.inspector::disks).isInstanceOf(IOException.class);
  }

  private List<String> names() throws IOException {
    return host.inspector.disks().stream().map(Disk::name).toList();
  }

  /** Mounts as {@code number root point type source}. */
  private void mounts(String... mounts) {
    var lines = new StringBuilder();
    for (var mount : mounts) {
      var words = mount.split(" ", -1);
      lines.append(
          "22 1 %s %s %s rw,relatime shared:1 - %s %s rw\n"
              .formatted(words[0], words[1], words[2], words[3], words[4]));
    }
    host.files.with("proc/self/mountinfo", lines.toString());
  }
}
