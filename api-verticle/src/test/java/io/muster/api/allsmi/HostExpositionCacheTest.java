package io.muster.api.allsmi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.transport.BusService;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostExpositionCacheTest {
  private static final Optional<String> ALL = Optional.empty();

  private final Vertx vertx = Vertx.vertx();
  private final ManualNanos nanos = new ManualNanos();
  private final PrometheusMeterRegistry meterRegistry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final FleetView view =
      new FleetView(
          "fleet-1",
          TestFrame.FLEET_LIMITS,
          nanos,
          new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final HostExpositionCache cache =
      new HostExpositionCache(
          view,
          new Node(
              vertx,
              "node-1",
              "fleet-1",
              "0.1.0",
              new Clocks(InstantSource.system(), nanos),
              new HealthChecks(),
              meterRegistry,
              new BusService(vertx, meterRegistry, nanos),
              Map::of));

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(20, SECONDS);
  }

  @Test
  void expositions_sameFrame_areRenderedOnce() {
    view.offer(TestFrame.of("a").build());
    view.offer(TestFrame.of("b").build());

    var first = cache.expositions(frame(ALL));
    view.offer(TestFrame.of("b").sequence(2).build());
    view.compose();
    var second = cache.expositions(frame(ALL));

    assertThat(second.get(0)).isSameAs(first.get(0));
    assertThat(second.get(1)).isNotSameAs(first.get(1));
  }

  @Test
  void expositions_ofOneHost_keepThoseOfTheOthers() {
    view.offer(TestFrame.of("a").build());
    view.offer(TestFrame.of("b").build());
    var fleet = cache.expositions(frame(ALL));

    var single = cache.expositions(frame(Optional.of("b")));

    assertThat(single.get(0)).isSameAs(fleet.get(1));
    assertThat(cache.expositions(frame(ALL)).get(0)).isSameAs(fleet.get(0));
  }

  @Test
  void expositions_hostThatTheViewForgets_isEvicted() {
    view.offer(TestFrame.of("a").build());
    view.offer(TestFrame.of("b").build());
    cache.expositions(frame(ALL));

    nanos.advance(Duration.ofMinutes(1));
    view.offer(TestFrame.of("b").sequence(2).build());
    view.forgetSilent(Duration.ofSeconds(1));
    cache.expositions(frame(ALL));

    assertThat(cache.size()).isEqualTo(1);
  }

  private FleetFrame frame(Optional<String> host) {
    return view.currentFrame(host).orElseThrow();
  }
}
