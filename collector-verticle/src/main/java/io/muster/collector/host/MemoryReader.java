package io.muster.collector.host;

import io.muster.collector.proc.ContainerMemory;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.MemoryUsage;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Memory.MemorySizes;
import io.muster.schema.host.Memory.SwapSizes;
import java.io.IOException;
import java.util.Optional;

/**
 * Reader of the memory of a Linux host, or of the limited container that this process runs in. Used
 * by one thread only.
 */
public final class MemoryReader {
  /** Path of the memory usage, reported in read failures. */
  static final String MEMINFO_PATH = "proc/meminfo";

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private Optional<ContainerMemory> containerMemory = Optional.empty();
  private boolean isLimitKnown;

  /** Creates the reader; nothing is read yet. */
  public MemoryReader(HostRoot hostRoot, KernelFileScanner scanner) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
  }

  /** Makes the next read detect the container limit again. */
  public void forgetLimit() {
    isLimitKnown = false;
  }

  Memory read(ReadRequest request) throws IOException {
    return toMemory(request, readUsage());
  }

  /** Reads the current usage; that of the container if its memory is limited. */
  public MemoryUsage readUsage() throws IOException {
    scanner.load(hostRoot.file(MEMINFO_PATH));
    var usage = MemoryUsage.parse(scanner);
    if (usage.totalBytes() <= 0) {
      throw new IOException("no MemTotal line");
    }
    if (!isLimitKnown) {
      containerMemory = ContainerMemory.find(hostRoot, usage.totalBytes());
      isLimitKnown = true;
    }
    return containerMemory.isEmpty() ? usage : containerMemory.get().read(scanner);
  }

  /** Converts a usage to the memory section; also for systems other than Linux. */
  public static Memory toMemory(ReadRequest request, MemoryUsage usage) {
    return new Memory(
        0,
        request.origin(),
        new MemorySizes(
            usage.totalBytes(),
            usage.usedBytes(),
            usage.availableBytes(),
            usage.freeBytes(),
            usage.buffersBytes(),
            usage.cachedBytes()),
        new SwapSizes(usage.swapTotalBytes(), usage.swapUsedBytes(), usage.swapFreeBytes()),
        100.0 * usage.usedBytes() / usage.totalBytes());
  }
}
