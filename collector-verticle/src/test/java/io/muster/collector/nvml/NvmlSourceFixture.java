package io.muster.collector.nvml;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.ReadRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A source with a manual clock and a library that a test can remove. */
final class NvmlSourceFixture {
  final NvmlSource source;

  /** Installed library; none if null. */
  @Nullable NvmlBinding installedBinding;

  /** Number of attempts to load the library. */
  int loadCount;

  private long nowNanos = -SECONDS.toNanos(5);

  NvmlSourceFixture(@Nullable NvmlBinding installedBinding) {
    this.installedBinding = installedBinding;
    this.source =
        new NvmlSource(new NvmlLibrary(List.of("libfake.so.1"), this::load), () -> nowNanos);
  }

  NvmlSourceFixture(NvmlLibrary library) {
    this.source = new NvmlSource(library, () -> nowNanos);
  }

  NvmlSourceFixture advanceSeconds(long seconds) {
    nowNanos += SECONDS.toNanos(seconds);
    return this;
  }

  GpuReadings read() {
    return source.read(request(false));
  }

  GpuReadings readWithProcesses() {
    return source.read(request(true));
  }

  private static ReadRequest request(boolean includesProcesses) {
    return new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "gpu-01", includesProcesses);
  }

  private NvmlBinding load(String name) {
    loadCount++;
    if (installedBinding == null) {
      throw new UnsatisfiedLinkError(name + ": cannot open shared object file");
    }
    return installedBinding;
  }
}
