package io.muster.collector;

import io.muster.bus.Address;
import io.muster.bus.BusService;
import io.muster.bus.DemandTopic;
import io.muster.bus.FrameTopic;
import io.muster.bus.HeartbeatService;
import io.muster.bus.RegistryService;
import io.muster.collector.heartbeat.HeartbeatLine;
import io.muster.collector.heartbeat.spool.SpoolDisk;
import io.muster.collector.identity.HostIdentity;
import io.muster.collector.loop.HostProfile;
import io.muster.collector.loop.SamplingLoop;
import io.muster.runtime.node.Metronome;
import io.muster.runtime.node.Node;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The collector role: samples this host, and simulated ones, at every tick; publishes frames, sends
 * heartbeats.
 */
public final class CollectorVerticle extends VerticleBase {
  private final CollectorConfig config;
  private final Node node;
  private final HostIdentity identity;
  private final List<SamplingLoop> loops = new ArrayList<>();
  private Optional<HeartbeatLine> heartbeats = Optional.empty();
  private Optional<Metronome> metronome = Optional.empty();
  private volatile String gpuSummary = "";

  public CollectorVerticle(CollectorConfig config, Node node, HostIdentity identity) {
    this.config = config;
    this.node = node;
    this.identity = identity;
  }

  /** Started when this host's first frame is out. */
  @Override
  public Future<?> start() {
    var hosts = new HostLoops(vertx, config, node.clocks());
    loops.add(hosts.ofThisHost(identity));
    config.simulation().map(hosts::simulated).ifPresent(loops::addAll);
    var demand = DemandTopic.on(vertx);
    return openHeartbeats()
        .compose(opened -> Future.all(loops.stream().map(loop -> loop.listen(demand)).toList()))
        .compose(listening -> loops.get(0).prime(vertx))
        .compose(primed -> begin());
  }

  @Override
  public Future<?> stop() {
    metronome.ifPresent(Metronome::stop);
    return Future.join(loops.stream().map(SamplingLoop::close).toList())
        .eventually(() -> heartbeats.map(HeartbeatLine::close).orElseGet(Future::succeededFuture));
  }

  /** Which GPUs this host has, or why none were found. */
  public String gpuSummary() {
    return gpuSummary;
  }

  private Future<?> openHeartbeats() {
    var timeout = config.heartbeat().timeout();
    var ports =
        new HeartbeatLine.Ports(
            BusService.proxy(vertx, Address.HEARTBEATS, HeartbeatService.class, timeout),
            BusService.proxy(vertx, Address.REGISTRY, RegistryService.class, timeout),
            node.clocks().wall(),
            node.clocks().nanos(),
            () -> ThreadLocalRandom.current().nextDouble(),
            SpoolDisk.LOCAL);
    return HeartbeatLine.open(vertx, config.heartbeat(), registrations(), ports)
        .onSuccess(this::attend);
  }

  private void attend(HeartbeatLine line) {
    heartbeats = Optional.of(line);
    vertx.setPeriodic(1000, timer -> line.tick());
    CollectorMeters.bind(line, node);
  }

  private Future<?> begin() {
    var topic = FrameTopic.on(vertx);
    CollectorMeters.bind(topic, node);
    var beat = new Metronome(vertx, node.clocks().wall(), config.interval());
    metronome = Optional.of(beat);
    return tick(node.clocks().wall().instant(), topic)
        .onSuccess(first -> beat.start(at -> tick(at, topic)));
  }

  private Future<?> tick(Instant at, FrameTopic topic) {
    return Future.join(loops.stream().map(loop -> sample(loop, at, topic)).toList());
  }

  private Future<?> sample(SamplingLoop loop, Instant at, FrameTopic topic) {
    return loop.sample(at).onSuccess(sample -> publish(loop, sample, topic));
  }

  private void publish(SamplingLoop loop, SamplingLoop.Sample sample, FrameTopic topic) {
    topic.publish(sample.frame());
    heartbeats.ifPresent(line -> line.record(sample.frame(), sample.network()));
    if (!loop.profile().simulated()) {
      gpuSummary = sample.gpuSummary();
    }
  }

  private List<ClientRegistration> registrations() {
    return loops.stream().map(SamplingLoop::profile).map(this::registration).toList();
  }

  private ClientRegistration registration(HostProfile host) {
    var name = host.simulated() ? host.hostId() : config.name().orElse(host.hostId());
    var os = host.simulated() ? "Simulation" : System.getProperty("os.name", "unknown");
    return new ClientRegistration(
        config.userId(), host.clientId(), "online", Optional.of(os), name);
  }
}
