package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerMemoryTest {
  private static final long INSTALLED = 1L << 34;

  private final CapturedTree tree;

  ContainerMemoryTest(@TempDir Path directory) {
    this.tree = CapturedTree.empty(directory);
  }

  @Test
  void read_versionTwo_countsDroppableCacheAsAvailable() throws IOException {
    tree.with("sys/fs/cgroup/memory.max", "1000000\n")
        .with("sys/fs/cgroup/memory.current", "700000\n")
        .with("sys/fs/cgroup/memory.stat", "anon 1\nfile 500000\ninactive_file 400000\n");

    var usage = ContainerMemory.find(tree.tree(), INSTALLED).orElseThrow().read(new KernelText());

    assertThat(usage).isEqualTo(new ContainerMemory.Usage(1_000_000, 700_000, 300_000));
  }

  @Test
  void read_versionOne_takesTheHierarchysTotal() throws IOException {
    var group = "sys/fs/cgroup/memory/";
    tree.with(group + "memory.limit_in_bytes", "1000000\n")
        .with(group + "memory.usage_in_bytes", "700000\n")
        .with(group + "memory.stat", "inactive_file 0\ntotal_inactive_file 400000\n");

    var usage = ContainerMemory.find(tree.tree(), INSTALLED).orElseThrow().read(new KernelText());

    assertThat(usage).isEqualTo(new ContainerMemory.Usage(1_000_000, 700_000, 300_000));
  }

  @Test
  void find_noLimit_isEmpty() {
    tree.with("sys/fs/cgroup/memory.max", "max\n")
        .with("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

    assertThat(ContainerMemory.find(tree.tree(), INSTALLED)).isEmpty();
  }

  @Test
  void find_limitOfTheCollectorsOwnService_isNotTheHosts() {
    tree.with("proc/self/cgroup", "0::/system.slice/muster.service\n")
        .with("sys/fs/cgroup/system.slice/muster.service/memory.max", "134217728\n");

    assertThat(ContainerMemory.find(tree.tree(), INSTALLED)).isEmpty();
  }

  @Test
  void find_containerThatSeesTheWholeHierarchy_takesTheTightestOfItsGroups() throws IOException {
    tree.with(".dockerenv", "")
        .with("proc/self/cgroup", "11:memory:/kube/pod1/c1\n0::/kube/pod1/c1\n")
        .with("sys/fs/cgroup/kube/pod1/memory.max", "2000000\n")
        .with("sys/fs/cgroup/kube/pod1/memory.current", "500000\n")
        .with("sys/fs/cgroup/kube/pod1/memory.stat", "inactive_file 0\n")
        .with("sys/fs/cgroup/kube/pod1/c1/memory.max", "max\n");

    var usage = ContainerMemory.find(tree.tree(), INSTALLED).orElseThrow().read(new KernelText());

    assertThat(usage).isEqualTo(new ContainerMemory.Usage(2_000_000, 1_500_000, 1_500_000));
  }
}
