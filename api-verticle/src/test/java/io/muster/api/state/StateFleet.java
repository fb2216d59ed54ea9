package io.muster.api.state;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.ReplayRing;
import io.muster.api.fleet.FleetContext;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.ManualTimers;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.json.WireJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The publishers of one api node with manual clocks, and the frames of its hosts. */
public final class StateFleet {
  public static final Instant START = Instant.parse("2026-08-08T12:35:00Z");
  static final Duration FORGET_AFTER = Duration.ofMinutes(1);

  private final ManualNanos nanos = new ManualNanos();
  private final ManualTimers timers = new ManualTimers();
  private final long startNanos = nanos.getAsLong();
  private final MeterFactory meters = new MeterFactory(new SimpleMeterRegistry(), "muster.api.");
  private final FleetView view = new FleetView("fleet-1", TestFrame.FLEET_LIMITS, nanos, meters);
  private final FramePublisher frames =
      new FramePublisher(
          new FleetContext(timers.vertx()), view, new ReplayRing(1 << 20), FORGET_AFTER);
  private final FleetStatePublisher states;
  private final StateMetrics metrics = StateMetrics.create(meters);
  private long sequence;

  public StateFleet(String epoch) {
    states = new FleetStatePublisher(view, this::now, epoch);
    frames.start();
    frames.subscribe(states);
    states.start(timers.vertx());
  }

  public FleetStatePublisher states() {
    return states;
  }

  StateMetrics metrics() {
    return metrics;
  }

  public FleetState current() {
    return states.current();
  }

  /** Publishes a frame of each host, and waits until the tick ends. */
  public void tick(List<TestFrame> hosts) {
    sequence++;
    hosts.forEach(host -> frames.offer(host.sequence(sequence).build()));
    advance(Duration.ofMillis(250));
  }

  /** Lets time pass without frames. */
  public void advance(Duration elapsed) {
    nanos.advance(elapsed);
    timers.advance(elapsed);
  }

  public Instant now() {
    return START.plusNanos(nanos.getAsLong() - startNanos);
  }

  /** Returns a frame of a host with a GPU for each utilization. */
  public static TestFrame host(String name, int... utilizations) {
    var gpus = new ArrayList<Gpu>();
    for (int index = 0; index < utilizations.length; index++) {
      var values = GpuValues.builder().with(GpuReading.UTILIZATION, utilizations[index]).build();
      gpus.add(FrameTestData.gpu("GPU-" + name + "-" + index, name, values));
    }
    return TestFrame.of(name)
        .section(Section.GPU, new String(WireJson.bytes(gpus), StandardCharsets.UTF_8));
  }

  /** Returns a frame of a host whose driver does not return. */
  public static TestFrame hungHost(String name) {
    return host(name)
        .error(new SectionError(Section.GPU, SectionError.Kind.TIMEOUT, "nvml: timeout"));
  }
}
