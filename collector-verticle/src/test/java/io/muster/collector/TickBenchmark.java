package io.muster.collector;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.bus.transport.BusService;
import io.muster.collector.CollectorConfig.HostConfig;
import io.muster.collector.CollectorConfig.RegistrationConfig;
import io.muster.collector.heartbeat.HeartbeatConfig;
import io.muster.collector.identity.HostIdentity;
import io.muster.collector.simulation.SimulationConfig;
import io.muster.collector.simulation.SimulationSpec;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the ticks of a simulated fleet: duration, CPU time. Not part of the gate: run {@code
 * main} with the test class path, with the simulation ({@code 1000x8xH100}) and the seconds to run.
 */
public final class TickBenchmark {
  private static final Logger log = LoggerFactory.getLogger(TickBenchmark.class);

  private TickBenchmark() {}

  public static void main(String[] arguments) throws IOException, TimeoutException {
    var simulation = SimulationSpec.parse(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var vertx = Vertx.vertx();
    var node =
        new Node(
            vertx,
            "bench",
            "bench",
            "0",
            Clocks.system(),
            new HealthChecks(),
            registry,
            new BusService(vertx, registry, System::nanoTime),
            Map::of);
    var directory = Files.createTempDirectory("muster-tick");
    var identity = new HostIdentity("bench", "6e1131b4b9cc454aa6ce3294ab860b2d");
    try {
      vertx
          .deployVerticle(new CollectorVerticle(config(simulation, directory), node, identity))
          .await(60, SECONDS);
      report(registry, vertx, seconds / 2, "warming up");
      report(registry, vertx, seconds, "warm");
      log.info("meters\n{}", registry.scrape().lines().filter(TickBenchmark::isReported).toList());
    } finally {
      vertx.close().await(60, SECONDS);
    }
  }

  private static boolean isReported(String line) {
    return !line.startsWith("#") && !line.contains("heartbeats");
  }

  private static CollectorConfig config(Optional<SimulationSpec> simulation, Path directory) {
    return new CollectorConfig(
        Duration.ofSeconds(3),
        new RegistrationConfig("bench", Optional.empty()),
        new HostConfig(Optional.empty(), Path.of("/"), true),
        new SimulationConfig(simulation, "sim", 1),
        new HeartbeatConfig(directory, Duration.ofSeconds(10), 256 << 20, Duration.ofSeconds(10)),
        directory.resolve("energy"));
  }

  private static void report(
      PrometheusMeterRegistry registry, Vertx vertx, int seconds, String phase)
      throws TimeoutException {
    var timer = registry.get("muster.collector.tick").timer();
    var before = timer.takeSnapshot();
    long cpuNanos = cpuNanos();
    vertx.timer(seconds, SECONDS).await(seconds + 10, SECONDS);
    log.info(
        "measured what={} ticks={} mean_ms={} max_ms={} cpu_share={}",
        phase,
        timer.count() - before.count(),
        meanMillis(before.count(), before.total(MILLISECONDS), timer),
        timer.max(MILLISECONDS),
        (cpuNanos() - cpuNanos) / 1e9 / seconds);
  }

  private static double meanMillis(long count, double totalMillis, Timer timer) {
    return (timer.totalTime(MILLISECONDS) - totalMillis) / Math.max(1, timer.count() - count);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
