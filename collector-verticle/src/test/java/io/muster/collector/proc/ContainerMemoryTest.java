package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerMemoryTest {
  private static final long INSTALLED_BYTES = 1L << 34;

  private final HostFilesFixture files;

  ContainerMemoryTest(@TempDir Path directory) {
    this.files = HostFilesFixture.empty(directory);
  }

  @Test
  void read_version2_countsReclaimableCacheAsAvailable() throws IOException {
    files
        .write("sys/fs/cgroup/memory.max", "1000000\n")
        .write("sys/fs/cgroup/memory.current", "700000\n")
        .write("sys/fs/cgroup/memory.stat", "anon 1\nfile 500000\ninactive_file 400000\n");

    var usage =
        ContainerMemory.find(files.hostRoot(), INSTALLED_BYTES)
            .orElseThrow()
            .read(new KernelFileScanner());

    assertThat(usage).isEqualTo(new MemoryUsage(1_000_000, 700_000, 300_000, 0, 0, 0, 0));
  }

  @Test
  void read_version1_usesHierarchyTotal() throws IOException {
    var cgroup = "sys/fs/cgroup/memory/";
    files
        .write(cgroup + "memory.limit_in_bytes", "1000000\n")
        .write(cgroup + "memory.usage_in_bytes", "700000\n")
        .write(cgroup + "memory.stat", "inactive_file 0\ntotal_inactive_file 400000\n");

    var usage =
        ContainerMemory.find(files.hostRoot(), INSTALLED_BYTES)
            .orElseThrow()
            .read(new KernelFileScanner());

    assertThat(usage).isEqualTo(new MemoryUsage(1_000_000, 700_000, 300_000, 0, 0, 0, 0));
  }

  @Test
  void find_noLimit_isEmpty() {
    files
        .write("sys/fs/cgroup/memory.max", "max\n")
        .write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

    assertThat(ContainerMemory.find(files.hostRoot(), INSTALLED_BYTES)).isEmpty();
  }

  @Test
  void find_limitOfCollectorService_isIgnored() {
    files
        .write("proc/self/cgroup", "0::/system.slice/muster.service\n")
        .write("sys/fs/cgroup/system.slice/muster.service/memory.max", "134217728\n");

    assertThat(ContainerMemory.find(files.hostRoot(), INSTALLED_BYTES)).isEmpty();
  }

  @Test
  void find_containerWithWholeHierarchyMounted_usesLowestLimitOfItsCgroups() throws IOException {
    files
        .write(".dockerenv", "")
        .write("proc/self/cgroup", "11:memory:/kube/pod1/c1\n0::/kube/pod1/c1\n")
        .write("sys/fs/cgroup/kube/pod1/memory.max", "2000000\n")
        .write("sys/fs/cgroup/kube/pod1/memory.current", "500000\n")
        .write("sys/fs/cgroup/kube/pod1/memory.stat", "inactive_file 0\n")
        .write("sys/fs/cgroup/kube/pod1/c1/memory.max", "max\n");

    var usage =
        ContainerMemory.find(files.hostRoot(), INSTALLED_BYTES)
            .orElseThrow()
            .read(new KernelFileScanner());

    assertThat(usage).isEqualTo(new MemoryUsage(2_000_000, 1_500_000, 1_500_000, 0, 0, 0, 0));
  }
}
