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
  void localFileSystems_server_returnsOneMountPointEach() {
    var mountinfo =
        HostFilesFixture.copy("two-sockets", directory)
            .openScanner("proc/self/mountinfo")
            .remainingText();

    assertThat(MountTable.localFileSystems(mountinfo, mountPoint -> true))
        .extracting(MountTable.MountedFileSystem::mountPoint)
        .containsExactly("/", "/boot/efi", "/data", "/mnt/scratch disk", "/tank", "/tank/sets");
  }

  @Test
  void localFileSystems_server_doesNotAccessNetworkFileSystems() {
    var mountinfo =
        HostFilesFixture.copy("two-sockets", directory)
            .openScanner("proc/self/mountinfo")
            .remainingText();

    MountTable.localFileSystems(
        mountinfo,
        mountPoint -> {
          assertThat(mountPoint).isNotIn("/home", "/lustre", "/misc");
          return true;
        });
  }

  @Test
  void localFileSystems_container_returnsRootAndVolumes() {
    var mountinfo =
        """
        700 600 0:99 / / rw,relatime - overlay overlay rw,lowerdir=/x
        701 700 0:21 / /proc rw - proc proc rw
        702 700 259:2 /docker/c1/hostname /etc/hostname rw - ext4 /dev/nvme0n1p2 rw
        703 700 259:2 /docker/c1/hosts /etc/hosts rw - ext4 /dev/nvme0n1p2 rw
        704 700 259:2 /docker/volumes/v1 /data rw - ext4 /dev/nvme0n1p2 rw
        705 700 0:30 / /dev/shm rw - tmpfs shm rw
        """;

    assertThat(
            MountTable.localFileSystems(mountinfo, mountPoint -> !mountPoint.startsWith("/etc/")))
        .containsExactly(
            new MountTable.MountedFileSystem("overlay", "/"),
            new MountTable.MountedFileSystem("/dev/nvme0n1p2", "/data"));
  }

  @Test
  void localFileSystems_mountHiddenByAnother_isExcluded() {
    var mountinfo =
        """
        30 1 8:1 / / rw - ext4 /dev/sda1 rw
        31 30 8:2 / /data rw - ext4 /dev/sdb1 rw
        32 31 0:50 / /data rw - tmpfs none rw
        """;

    assertThat(MountTable.localFileSystems(mountinfo, mountPoint -> true))
        .containsExactly(new MountTable.MountedFileSystem("/dev/sda1", "/"));
  }

  @Test
  void localFileSystems_malformedLines_returnsEmpty() {
    assertThat(MountTable.localFileSystems("a - b\n\n - \nx", mountPoint -> true)).isEmpty();
  }
}
