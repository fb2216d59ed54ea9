package io.muster.collector.host;

import io.muster.collector.proc.ContainerMemory;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.proc.MemoryLevels;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Memory;
import java.io.IOException;
import java.util.Optional;

/** The memory of a Linux host, or of the limited container that this process lives in. */
public final class MemoryReader {
  /** Where the levels stand, for the failure. */
  static final String PATH = "proc/meminfo";

  private final KernelTree tree;
  private final KernelText text;
  private Optional<ContainerMemory> container = Optional.empty();
  private boolean limitKnown;

  /** Reads nothing yet. */
  public MemoryReader(KernelTree tree, KernelText text) {
    this.tree = tree;
    this.text = text;
  }

  /** Has the next read look for a limit again. */
  public void forgetLimit() {
    limitKnown = false;
  }

  Memory read(ReadRequest request) throws IOException {
    return section(request, levels());
  }

  /** The levels now; those of the container where it is limited. */
  public MemoryLevels levels() throws IOException {
    text.load(tree.file(PATH));
    var levels = MemoryLevels.parse(text);
    if (levels.totalBytes() <= 0) {
      throw new IOException("no line of MemTotal");
    }
    if (!limitKnown) {
      container = ContainerMemory.find(tree, levels.totalBytes());
      limitKnown = true;
    }
    return container.isEmpty() ? levels : limited(container.get());
  }

  /** A section out of levels; also for systems other than Linux. */
  static Memory section(ReadRequest request, MemoryLevels levels) {
    long usedBytes = Math.max(0, levels.totalBytes() - levels.availableBytes());
    return new Memory(
        0,
        request.host(),
        request.host(),
        request.host(),
        levels.totalBytes(),
        usedBytes,
        levels.availableBytes(),
        levels.freeBytes(),
        levels.buffersBytes(),
        levels.cachedBytes(),
        levels.swapTotalBytes(),
        Math.max(0, levels.swapTotalBytes() - levels.swapFreeBytes()),
        levels.swapFreeBytes(),
        100.0 * usedBytes / levels.totalBytes(),
        request.time());
  }

  private MemoryLevels limited(ContainerMemory limit) throws IOException {
    var usage = limit.read(text);
    return new MemoryLevels(
        usage.limitBytes(), usage.availableBytes(), usage.freeBytes(), 0, 0, 0, 0);
  }
}
