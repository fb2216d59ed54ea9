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
  private static final OptionalDouble NO_TEMPERATURE = OptionalDouble.empty();

  private final LinuxHostFixture host;

  DiskReaderTest(@TempDir Path directory) {
    host = LinuxHostFixture.twoCpuHost(directory);
  }

  @Test
  void disks_server_areDisksWithTheirPartitionsThenTheRest() throws IOException {
    host.addDisk("sda").addDisk("nvme0n1").addDisk("dm-0").addDisk("zram0");
    writeMounts(
        "259:2 / / ext4 /dev/nvme0n1p2",
        "259:1 / /boot vfat /dev/nvme0n1p1",
        "8:1 / /data ext4 /dev/sda1",
        "253:0 / /home xfs /dev/mapper/vg-home",
        "252:0 / /var/tmp ext4 /dev/zram0",
        "0:70 / /tank zfs tank");
    host.setSize("/", 900_000).setSize("/boot", 100_000).setSize("/data", 50_000);

    assertThat(host.inspector.disks())
        .containsExactly(
            new Disk("/dev/nvme0n1", 1_000_000, 100_000, NO_TEMPERATURE, false),
            new Disk("/dev/nvme0n1p1", 100_000, 10_000, NO_TEMPERATURE, true),
            new Disk("/dev/nvme0n1p2", 900_000, 90_000, NO_TEMPERATURE, true),
            new Disk("/dev/sda", 50_000, 5_000, NO_TEMPERATURE, false),
            new Disk("/dev/sda1", 50_000, 5_000, NO_TEMPERATURE, true),
            new Disk("tank", 1_000, 100, NO_TEMPERATURE, false),
            new Disk("/dev/zram0", 1_000, 100, NO_TEMPERATURE, false),
            new Disk("/dev/mapper/vg-home", 1_000, 100, NO_TEMPERATURE, false));
  }

  @Test
  void disks_deviceMountedTwice_isOneRow() throws IOException {
    host.addDisk("sda");
    writeMounts(
        "8:1 / / ext4 /dev/sda1", "8:1 /srv /srv ext4 /dev/sda1", "0:41 / /b btrfs /dev/sda2");

    assertThat(diskNames()).containsExactly("/dev/sda", "/dev/sda1", "/dev/sda2");
  }

  @Test
  void disks_manyPartitions_areInTheOrderOfTheirNumbers() throws IOException {
    host.addDisk("mmcblk0");
    writeMounts("1:10 / /c ext4 /dev/mmcblk0p10", "1:2 / /b ext4 /dev/mmcblk0p2");

    assertThat(diskNames()).containsExactly("/dev/mmcblk0", "/dev/mmcblk0p2", "/dev/mmcblk0p10");
  }

  @Test
  void disks_namesThatLookLikePartitions_areResolvedByTheKernelList() throws IOException {
    host.addDisk("xvda1").addDisk("sdp").addDisk("md127").addDisk("cciss!c0d0");
    writeMounts(
        "1:1 / / ext4 /dev/xvda1",
        "1:2 / /a ext4 /dev/sdp1",
        "1:3 / /b ext4 /dev/md127p3",
        "1:4 / /c ext4 /dev/cciss/c0d0p1",
        "1:5 / /d ext4 /dev/mapper/data1",
        "1:6 / /e ext4 /dev/lost7");

    assertThat(host.inspector.disks())
        .filteredOn(Disk::partition)
        .extracting(Disk::name)
        .containsExactly("/dev/cciss/c0d0p1", "/dev/md127p3", "/dev/sdp1");
    assertThat(diskNames())
        .containsSubsequence("/dev/cciss/c0d0", "/dev/cciss/c0d0p1", "/dev/md127")
        .endsWith("/dev/lost7", "/dev/xvda1", "/dev/mapper/data1");
  }

  @Test
  void disks_temperature_isThatOfTheDiskAndItsPartitions() throws IOException {
    host.addDisk("nvme0n1").addDisk("sda").addDisk("sdb");
    host.files
        .write("sys/class/nvme/nvme0/hwmon3/temp1_input", "41850\n")
        .write("sys/class/nvme/nvme1/hwmon4/temp1_input", "70000\n")
        .write("sys/block/sda/device/hwmon/hwmon7/temp1_input", "33000\n")
        .write("sys/block/sdb/device/hwmon8/temp1_input", "-273000\n");
    writeMounts(
        "1:1 / / ext4 /dev/nvme0n1p1", "8:1 / /data ext4 /dev/sda", "8:2 / /cold ext4 /dev/sdb");

    assertThat(host.inspector.disks())
        .extracting(Disk::celsius)
        .containsExactly(
            OptionalDouble.of(41.85),
            OptionalDouble.of(41.85),
            OptionalDouble.of(33),
            NO_TEMPERATURE);
  }

  @Test
  void disks_multipathNvme_useTheSensorOfTheirController() throws IOException {
    host.addDisk("nvme1n1");
    host.files
        .write("sys/block/nvme1n1/device/subsysnqn", "x")
        .write("sys/class/nvme/nvme1/hwmon0/temp1_input", "50000\n");
    writeMounts("1:1 / / ext4 /dev/nvme1n1");

    assertThat(host.inspector.disks())
        .containsExactly(new Disk("/dev/nvme1n1", 1_000, 100, OptionalDouble.of(50), false));
  }

  @Test
  void disks_noMounts_areEmpty() throws IOException {
    assertThat(host.inspector.disks()).isEmpty();
  }

  @Test
  void disks_unreadableMounts_fail() {
    host.files.delete("proc/self/mountinfo");

    assertThatThrownBy(host.inspector::disks).isInstanceOf(IOException.class);
  }

  private List<String> diskNames() throws IOException {
    return host.inspector.disks().stream().map(Disk::name).toList();
  }

  /** Writes mounts given as {@code number root point type source}. */
  private void writeMounts(String... mounts) {
    var lines = new StringBuilder();
    for (var mount : mounts) {
      var words = mount.split(" ", -1);
      lines.append(
          "22 1 %s %s %s rw,relatime shared:1 - %s %s rw\n"
              .formatted(words[0], words[1], words[2], words[3], words[4]));
    }
    host.files.write("proc/self/mountinfo", lines.toString());
  }
}
