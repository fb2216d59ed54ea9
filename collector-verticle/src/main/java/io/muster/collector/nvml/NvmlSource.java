package io.muster.collector.nvml;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.nvml.binding.NvmlSession;
import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.gpu.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Source of the readings of NVIDIA GPUs, through the driver's management library. A machine without
 * that library has no GPUs and no failures; one whose library does not work has a failure. In both
 * cases the source retries once a minute. After a GPU was lost, a new session is opened, at most
 * once a minute, so that the GPU is found when it returns. Facts are read when GPUs are enumerated
 * and every ten minutes. Used by the lane's thread only.
 */
public final class NvmlSource implements HardwareSource<GpuReadings> {
  static final String NAME = "nvml";
  static final long FACTS_INTERVAL_NANOS = MINUTES.toNanos(10);

  private final LongSupplier nanoTime;
  private final NvmlConnection connection;
  private final ReadFailures failures = new ReadFailures();
  private final NvmlGpuRegistry registry = new NvmlGpuRegistry(failures);
  private final NvmlProcessList processList = new NvmlProcessList();
  private long factsReadAtNanos;
  private boolean renewalNeeded;

  /**
   * Creates the source; the first read loads the library.
   *
   * @param nanoTime elapsed time, as {@link System#nanoTime}
   */
  public NvmlSource(NvmlLibrary library, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.connection = new NvmlConnection(library, nanoTime);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public GpuReadings read(ReadRequest request) {
    if (renewalNeeded && connection.isRetryDue()) {
      connection.renew();
    }
    try {
      return connection
          .session()
          .map(session -> readWithSession(session, request))
          .orElseGet(() -> readWithoutSession(request));
    } catch (NvmlException failure) {
      connection.drop(failure);
      return readWithoutSession(request);
    }
  }

  @Override
  public void close() {
    registry.detachAll();
    connection.close();
  }

  private GpuReadings readWithSession(NvmlSession session, ReadRequest request) {
    refreshRegistry(session);
    var gpus = readGpus(request);
    var processes = request.includesProcesses() ? readProcesses() : List.<GpuProcess>of();
    renewalNeeded = failures.needsNewSession() || !registry.isComplete();
    var gpuSummary = gpus.isEmpty() ? "no NVIDIA GPU" : registry.summary();
    var summary = gpuSummary + ", driver " + session.driverVersion();
    return new GpuReadings(gpus, processes, failures.drain(), summary);
  }

  /** Reads without a driver: the known GPUs are listed without readings. */
  private GpuReadings readWithoutSession(ReadRequest request) {
    renewalNeeded = false;
    registry.detachAll();
    var gpus = readGpus(request);
    // Failures of single GPUs from before the driver failed are obsolete.
    var unused = failures.drain();
    var reason = connection.unavailableReason();
    if (reason.isDriverBroken() || !gpus.isEmpty()) {
      failures.reportDriverProblem(reason.message());
    }
    return new GpuReadings(gpus, List.of(), failures.drain(), reason.message());
  }

  private void refreshRegistry(NvmlSession session) {
    long nowNanos = nanoTime.getAsLong();
    if (registry.isOutdated(session)) {
      registry.enumerate(session);
      factsReadAtNanos = nowNanos;
    } else if (nowNanos - factsReadAtNanos >= FACTS_INTERVAL_NANOS) {
      registry.gpus().forEach(NvmlGpu::refreshFacts);
      factsReadAtNanos = nowNanos;
    }
  }

  private List<Gpu> readGpus(ReadRequest request) {
    return registry.gpus().stream().map(gpu -> gpu.read(request)).toList();
  }

  private List<GpuProcess> readProcesses() {
    var gpus = registry.gpus();
    var processes = new ArrayList<GpuProcess>();
    for (int index = 0; index < gpus.size(); index++) {
      var gpu = gpus.get(index);
      int deviceIndex = index;
      gpu.usableDevice()
          .map(device -> processList.read(device, deviceIndex, gpu.uuid()))
          .ifPresent(processes::addAll);
    }
    return processes;
  }
}
