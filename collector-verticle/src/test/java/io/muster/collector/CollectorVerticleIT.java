package io.muster.collector;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.bus.Address;
import io.muster.bus.FleetException.Code;
import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.HostService;
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
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Section;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole role: this host and two simulated ones, with the next tick an hour away. */
class CollectorVerticleIT {
  private static final CollectRequest PROCESSES = CollectRequest.of(Set.of(Section.PROCESS));

  private static final SampleRequest UNCACHED = new SampleRequest(0);
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+)");

  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final BusService services = new BusService(vertx, registry, System::nanoTime);
  private final BlockingQueue<EncodedFrame> receivedFrames = new LinkedBlockingQueue<>();
  private String deployment = "";

  @BeforeEach
  void start() throws Exception {
    FrameTopic.on(vertx)
        .subscribe(receivedFrames::add, new MeterFactory(new SimpleMeterRegistry(), "muster.test."))
        .await(20, SECONDS);
    var node =
        new Node(
            vertx,
            "here",
            "fleet",
            "0",
            Clocks.system(),
            new HealthChecks(),
            registry,
            services,
            Map::of);
    var identity = new HostIdentity("here", "6e1131b4b9cc454aa6ce3294ab860b2d");
    var verticle = new CollectorVerticle(config(), node, identity);
    deployment = vertx.deployVerticle(verticle).await(60, SECONDS);
    for (int host = 0; host < 3; host++) {
      assertThat(nextFrame().header().sequence()).isEqualTo(1);
    }
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(60, SECONDS);
  }

  @Test
  void collect_processes_areInTheFrameOfTheReceipt() throws Exception {
    var receipt = collector("here").collect(PROCESSES).await(20, SECONDS);

    var frame = nextFrame();
    assertThat(receipt).isEqualTo(CollectReply.of(frame.header()));
    assertThat(frame.header().hostId()).isEqualTo("here");
    assertThat(frame.header().sequence()).isEqualTo(2);
    assertThat(frame.readings().processes())
        .as("this process has used CPU time since its start")
        .anyMatch(
            row ->
                row.identity().pid() == ProcessHandle.current().pid()
                    && row.load().cpuPercent() > 0);
    assertThat(registry.get("muster.collector.process.tables.wanted").gauge().value()).isEqualTo(1);
  }

  @Test
  void collect_simulatedHost_publishesItsFrame() throws Exception {
    collector("sim-0002").collect(PROCESSES).await(20, SECONDS);

    assertThat(nextFrame().header())
        .extracting(FrameHeader::hostId, FrameHeader::isSimulated)
        .containsExactly("sim-0002", true);
    assertThat(receivedFrames).isEmpty();
  }

  @Test
  void vitals_localHost_areThoseOfTheHost() throws Exception {
    var vitals = collector("here").vitals(UNCACHED).await(20, SECONDS);

    assertThat(vitals.value().cpu().cpuPercent().orElseThrow()).isBetween(0.0, 100.0);
    assertThat(vitals.value().cpu().perCpuPercent()).isNotEmpty();
    assertThat(vitals.value().memory().memoryTotalBytes())
        .isGreaterThan(vitals.value().memory().memoryUsedBytes());
    assertThat(vitals.value().networks()).extracting("name").contains("lo");
    assertThat(vitals.ageMillis()).isBetween(0L, 5_000L);
    assertThat(receivedFrames).as("no frame is published").isEmpty();
  }

  @Test
  void vitals_simulatedHost_haveItsGpus() throws Exception {
    var vitals = collector("sim-0002").vitals(UNCACHED).await(20, SECONDS).value();

    assertThat(vitals.cpu().cpuModel()).isEqualTo("Simulated CPU");
    assertThat(vitals.gpus()).hasSize(1);
    assertThat(vitals.gpus().get(0).totalMemoryBytes().orElseThrow()).isPositive();
    assertThat(collector("sim-0001").journal(new ProcessQuery(40_001, 0)).await(20, SECONDS))
        .extracting(journal -> journal.value().notice().orElseThrow())
        .isEqualTo("simulated hosts have no journal");
  }

  @Test
  void processes_localHost_includeThisProcess() throws Exception {
    long ownPid = ProcessHandle.current().pid();

    var list = collector("here").processes(UNCACHED).await(20, SECONDS).value();
    var detail = collector("here").process(new ProcessQuery(ownPid, 0)).await(20, SECONDS).value();

    assertThat(list).extracting(ProcessUsage::pid).contains(ownPid).isSorted();
    assertThat(detail.process().command()).contains("java");
    assertThat(detail.threads()).hasSizeGreaterThan(5);
    assertThat(
            catchThrowable(
                () -> collector("here").process(new ProcessQuery(0, 0)).await(20, SECONDS)))
        .hasFieldOrPropertyWithValue("code", Code.PROCESS_UNKNOWN);
    assertThat(collector("here").disks(UNCACHED).await(20, SECONDS).value()).isNotEmpty();
  }

  @Test
  void metrics_sharedInspections_countSamplingsAndRepliesSeparately() throws Exception {
    assertThat(samples()).contains("muster_collector_inspections_total{kind=\"vitals\"} 0.0");
    var cached = new SampleRequest(60_000);

    for (int client = 0; client < 5; client++) {
      collector("sim-0001").vitals(cached).await(20, SECONDS);
    }

    assertThat(samples())
        .contains(
            "muster_collector_inspections_total{kind=\"vitals\"} 1.0",
            "muster_collector_inspection_answers_total{kind=\"vitals\"} 5.0",
            "muster_collector_inspections_total{kind=\"journal\"} 0.0");
  }

  @Test
  void stop_laterRequests_areUnavailable() throws Exception {
    vertx.undeploy(deployment).await(20, SECONDS);

    var collectFailure =
        catchThrowable(() -> collector("here").collect(PROCESSES).await(20, SECONDS));
    var vitalsFailure = catchThrowable(() -> collector("here").vitals(UNCACHED).await(20, SECONDS));

    assertThat(collectFailure).hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE);
    assertThat(vitalsFailure).hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE);
  }

  @Test
  void metrics_afterRequests_countTicksSourcesAndRequests() throws Exception {
    collector("sim-0001").collect(PROCESSES).await(20, SECONDS);
    collector("sim-0001").collect(PROCESSES).await(20, SECONDS);

    assertThat(samples())
        .contains(
            "muster_collector_frames_on_request_total 1.0",
            "muster_collector_frames_published_total 4.0",
            "muster_collector_requests_total 2.0",
            "muster_collector_source_read_seconds_count{source=\"simulation\"} 6",
            "muster_collector_source_timeouts_total{source=\"nvml\"} 0.0",
            "muster_collector_tick_seconds_count 1");
  }

  @Test
  void metrics_each_hasAHelpText() {
    var families = TYPE.matcher(registry.scrape()).results().map(type -> type.group(1)).toList();

    assertThat(families).hasSizeGreaterThan(20);
    assertThat(families)
        .allSatisfy(
            family -> assertThat(registry.scrape()).containsPattern("# HELP " + family + " [A-Z]"));
  }

  private List<String> samples() {
    return registry.scrape().lines().toList();
  }

  private HostService collector(String host) {
    return services.proxy(Address.collector(host), HostService.class, Duration.ofSeconds(20));
  }

  private EncodedFrame nextFrame() throws InterruptedException {
    var frame = receivedFrames.poll(20, SECONDS);
    assertThat(frame).as("frame within 20 s").isNotNull();
    return frame;
  }

  private CollectorConfig config() {
    return new CollectorConfig(
        Duration.ofHours(1),
        new RegistrationConfig("user", Optional.empty()),
        new HostConfig(Optional.empty(), Path.of("/"), true),
        new SimulationConfig(SimulationSpec.parse("2x1xH100"), "sim", 1),
        new HeartbeatConfig(directory, Duration.ofSeconds(10), 16 << 20, Duration.ofSeconds(10)),
        directory.resolve("energy"));
  }
}
