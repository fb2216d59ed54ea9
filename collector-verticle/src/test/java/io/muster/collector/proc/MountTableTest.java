package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
  private final Path directory;

  MountTableTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void disks_server_areOneForEachLocalFileSystem() {
    var mountinfo = CapturedTree.copy("two-sockets", directory).text("proc/self/mountinfo").rest();

    assertThat(MountTable.disks(mountinfo, point -> true))
        .extracting(MountTable.Disk::point)
        .containsExactly("/", "/boot/efi", "/data", "/mnt/scratch disk", "/tank", "/tank/sets");
  }

  @Test
  void disks_server_asksNoNetworkFileSystem() {
    var mountinfo = CapturedTree.copy("two-sockets", directory).text("proc/self/mountinfo").rest();

    MountTable.disks(
        mountinfo,
        point -> {
          assertThat(point).isNotIn("/home", "/lustre", "/misc");
          return true;
        });
  }

  @Test
  void disks_container_areItsRootAndItsVolumes() {
    var mountinfo =
        """
        700 600 0:99 / / rw,relatime - overlay overlay rw,lowerdir=/x
        701 700 0:21 / /proc rw - proc proc rw
        702 700 259:2 /docker/c1/hostname /etc/hostname rw - ext4 /dev/nvme0n1p2 rw
        703 700 259:2 /docker/c1/hosts /etc/hosts rw - ext4 /dev/nvme0n1p2 rw
        704 700 259:2 /docker/volumes/v1 /data rw - ext4 /dev/nvme0n1p2 rw
        705 700 0:30 / /dev/shm rw - tmpfs shm rw
        """;

    assertThat(MountTable.disks(mountinfo, point -> !point.startsWith("/etc/")))
        .containsExactly(
            new MountTable.Disk("overlay", "/"), new MountTable.Disk("/dev/nvme0n1p2", "/data"));
  }

  @Test
  void disks_diskUnderAnotherMount_isNotSeen() {
    var mountinfo =
        """
        30 1 8:1 / / rw - ext4 /dev/sda1 rw
        31 30 8:2 / /data rw - ext4 /dev/sdb1 rw
        32 31 0:50 / /data rw - tmpfs none rw
        """;

    assertThat(MountTable.disks(mountinfo, point -> true))
        .containsExactly(new MountTable.Disk("/dev/sda1", "/"));
  }

  @Test
  void disks_nonsense_areNone() {
    assertThat(MountTable.disks("a - b\n\n - \nx", point -> true)).isEmpty();
  }
}
