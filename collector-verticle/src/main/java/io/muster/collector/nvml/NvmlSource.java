package io.muster.collector.nvml;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.nvml.binding.NvmlSession;
import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.gpu.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * NVIDIA GPUs through the driver's management library; confined to the thread of its lane. A
 * machine without that library has no GPUs and no failures; one whose library does not work has a
 * failure. Either is tried again once a minute, and a minute after a GPU was lost the session is
 * opened anew, so that it is seen when it comes back. Facts are read with the session and every ten
 * minutes.
 */
public final class NvmlSource implements HardwareSource<GpuReading> {
  static final String NAME = "nvml";
  static final long FACTS_NANOS = MINUTES.toNanos(10);

  private final LongSupplier nanoTime;
  private final NvmlConnection connection;
  private final Troubles troubles = new Troubles();
  private final NvmlRoster roster = new NvmlRoster(troubles);
  private final NvmlProcessList processList = new NvmlProcessList();
  private long factsAtNanos;
  private boolean renewWanted;

  /**
   * Loads nothing yet: the first read does.
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
  public GpuReading read(ReadRequest request) {
    if (renewWanted && connection.due()) {
      connection.renew();
    }
    try {
      return connection
          .session()
          .map(session -> present(session, request))
          .orElseGet(() -> absent(request));
    } catch (NvmlException ended) {
      connection.drop(ended);
      return absent(request);
    }
  }

  @Override
  public void close() {
    roster.detach();
    connection.close();
  }

  private GpuReading present(NvmlSession session, ReadRequest request) {
    refresh(session);
    var gpus = gpus(request);
    var processes = request.processes() ? processes() : List.<GpuProcess>of();
    renewWanted = troubles.wantNewSession() || !roster.complete();
    var found = gpus.isEmpty() ? "no NVIDIA GPU" : roster.summary();
    var summary = found + ", driver " + session.driverVersion();
    return new GpuReading(gpus, processes, troubles.drain(), summary);
  }

  /** Nobody answers: those that are known stand without readings. */
  private GpuReading absent(ReadRequest request) {
    renewWanted = false;
    roster.detach();
    var gpus = gpus(request);
    // What single GPUs said before the driver failed is of no use any more.
    var unused = troubles.drain();
    var absence = connection.absence();
    if (absence.broken() || !gpus.isEmpty()) {
      troubles.reportDriver(absence.why());
    }
    return new GpuReading(gpus, List.of(), troubles.drain(), absence.why());
  }

  private void refresh(NvmlSession session) {
    long now = nanoTime.getAsLong();
    if (roster.outdated(session)) {
      roster.enumerate(session);
      factsAtNanos = now;
    } else if (now - factsAtNanos >= FACTS_NANOS) {
      roster.gpus().forEach(NvmlGpu::refreshFacts);
      factsAtNanos = now;
    }
  }

  private List<Gpu> gpus(ReadRequest request) {
    return roster.gpus().stream().map(gpu -> gpu.read(request)).toList();
  }

  private List<GpuProcess> processes() {
    var gpus = roster.gpus();
    var processes = new ArrayList<GpuProcess>();
    for (int place = 0; place < gpus.size(); place++) {
      var gpu = gpus.get(place);
      int here = place;
      gpu.answering()
          .map(device -> processList.read(device, here, gpu.uuid()))
          .ifPresent(processes::addAll);
    }
    return processes;
  }
}
