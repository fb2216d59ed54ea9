package io.muster.collector.nvml;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.ReadRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A source with a clock that the test turns, and a library that it may take away. */
final class Rig {
  final NvmlSource source;

  /** What is installed; nothing if null. */
  @Nullable NvmlBinding installed;

  /** How often the library was looked for. */
  int loads;

  private long nanos = -SECONDS.toNanos(5);

  Rig(@Nullable NvmlBinding installed) {
    this.installed = installed;
    this.source = new NvmlSource(new NvmlLibrary(List.of("libfake.so.1"), this::load), () -> nanos);
  }

  Rig(NvmlLibrary library) {
    this.source = new NvmlSource(library, () -> nanos);
  }

  Rig after(long seconds) {
    nanos += SECONDS.toNanos(seconds);
    return this;
  }

  GpuReading read() {
    return source.read(request(false));
  }

  GpuReading readWithProcesses() {
    return source.read(request(true));
  }

  private static ReadRequest request(boolean processes) {
    return new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "gpu-01", processes);
  }

  private NvmlBinding load(String name) {
    loads++;
    if (installed == null) {
      throw new UnsatisfiedLinkError(name + ": cannot open shared object file");
    }
    return installed;
  }
}
