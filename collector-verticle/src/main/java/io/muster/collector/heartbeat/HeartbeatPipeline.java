package io.muster.collector.heartbeat;

import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.AnnouncementService;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.heartbeat.spool.SpoolDisk;
import io.muster.collector.heartbeat.spool.SpoolRecord;
import io.muster.collector.source.HostReadings.NetworkCounters;
import io.muster.runtime.node.Clocks;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.gpu.Gpu;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the heartbeats of one collector from its frames to an aggregator, for one host or, in a
 * simulation, for many. Confined to the context that opened it, except for {@link #status}. Its
 * methods neither block nor throw: failures are counted and logged.
 */
public final class HeartbeatPipeline {
  private static final Logger log = LoggerFactory.getLogger(HeartbeatPipeline.class);

  private final HeartbeatConfig config;
  private final PipelineDependencies dependencies;
  private final SpoolWriter writer;
  private final ClientAnnouncer announcer;
  private final HeartbeatSender sender;
  private final HeartbeatMetrics metrics;
  private final Map<String, HeartbeatRecorder> recorders = new HashMap<>();

  private HeartbeatPipeline(
      HeartbeatConfig config,
      List<ClientRegistration> clients,
      PipelineDependencies dependencies,
      HeartbeatMetrics metrics,
      SpoolWriter writer) {
    this.config = config;
    this.dependencies = dependencies;
    this.writer = writer;
    this.metrics = metrics;
    metrics.recovered.increment((double) writer.status().pendingHeartbeats());
    this.announcer =
        new ClientAnnouncer(
            dependencies.registry(), clients, config.timeout(), dependencies.backoff());
    this.sender =
        new HeartbeatSender(
            writer,
            dependencies.heartbeats(),
            announcer,
            new HeartbeatSender.SenderOptions(
                dependencies.clocks().wallClock(), config.timeout(), dependencies.backoff()),
            metrics);
    registerGauges(dependencies.meters());
  }

  /**
   * Opens the spool and starts to announce the hosts. Fails with an {@code IOException} that names
   * the directory if it cannot be used.
   *
   * @param clients the hosts of the collector; names and operating systems that are too long are
   *     truncated
   */
  public static Future<HeartbeatPipeline> open(
      Vertx vertx,
      HeartbeatConfig config,
      List<ClientRegistration> clients,
      PipelineDependencies dependencies) {
    var metrics = new HeartbeatMetrics(dependencies.meters());
    return SpoolWriter.open(vertx, config, dependencies.disk(), metrics.lost)
        .map(writer -> new HeartbeatPipeline(config, clients, dependencies, metrics, writer))
        .onSuccess(HeartbeatPipeline::retryPending);
  }

  /**
   * Records a frame; to be called with each. The first of an interval becomes a heartbeat.
   *
   * @param network counters of the same pass; empty if they were not read
   * @param areGpusKnown false if the heartbeat must not report GPUs
   */
  public void record(EncodedFrame frame, Optional<NetworkCounters> network, boolean areGpusKnown) {
    var header = frame.header();
    var recorder =
        recorders.computeIfAbsent(
            header.clientId(), client -> new HeartbeatRecorder(config.interval()));
    if (!recorder.isDue(header)) {
      return;
    }
    try {
      var gpus = areGpusKnown ? Optional.of(frame.readings().gpus()) : Optional.<List<Gpu>>empty();
      var heartbeat = recorder.record(header, frame.readings(), gpus, network);
      metrics.skipped.increment(heartbeat.isEmpty() ? 1 : 0);
      heartbeat
          .map(recorded -> new SpoolRecord(header.clientId(), recorded))
          .ifPresent(this::append);
    } catch (IllegalArgumentException e) {
      metrics.skipped.increment();
      log.debug("frame yields no heartbeat host={} reason={}", header.hostId(), e.getMessage());
    }
  }

  /** Announces, writes and sends everything that is pending. To be called once a second. */
  public void retryPending() {
    announcer.announcePending();
    writer.write().onComplete(done -> sender.sendPending()); // a failure is logged by the writer
  }

  /** Completes when every recorded heartbeat is on disk; fails if the disk is not writable. */
  public Future<Void> flush() {
    return writer.flush();
  }

  /** Flushes and releases the directory, within a few seconds in any case. */
  public Future<Void> close() {
    return writer.close();
  }

  /** The current state. May be called by any thread. */
  public HeartbeatStatus status() {
    var spool = writer.status();
    return new HeartbeatStatus(
        writer.queuedHeartbeats() + spool.pendingHeartbeats(),
        spool.pendingBytes(),
        spool.oldestAtMillis().stream().mapToDouble(this::ageSeconds).findFirst(),
        writer.isWritable(),
        sender.isDelivering());
  }

  /** The reason why the spool does not work, if there is one. May be called by any thread. */
  public Optional<String> problem() {
    return writer.isWritable() ? Optional.empty() : Optional.of("the spool is not writable");
  }

  private void append(SpoolRecord record) {
    metrics.recorded.increment();
    writer
        .append(record)
        .onSuccess(done -> sender.sendPending()); // a failure is logged by the writer
  }

  private void registerGauges(MeterFactory meters) {
    meters.gauge(
        "heartbeats.pending",
        "Heartbeats that no aggregator has acknowledged yet",
        this,
        pipeline -> pipeline.status().pending());
    meters.gauge(
        "heartbeats.pending.bytes",
        "Size of the pending heartbeats on disk",
        this,
        pipeline -> pipeline.status().pendingBytes());
    meters.gauge(
        "heartbeats.oldest.age.seconds",
        "Age of the oldest pending heartbeat, 0 if none is pending",
        this,
        pipeline -> pipeline.status().oldestAgeSeconds().orElse(0));
  }

  private double ageSeconds(long atMillis) {
    return Math.max(0, dependencies.clocks().wallClock().millis() - atMillis) / 1000.0;
  }

  /**
   * Collaborators of the pipeline.
   *
   * @param heartbeats proxy of any aggregator; completes on the caller's context
   * @param registry proxy of any registry; completes on the caller's context
   * @param random 0 inclusive to 1 exclusive, for retry delays
   * @param disk the disk of the spool
   * @param meters creates the metrics of the pipeline
   */
  public record PipelineDependencies(
      HeartbeatService heartbeats,
      AnnouncementService registry,
      Clocks clocks,
      DoubleSupplier random,
      SpoolDisk disk,
      MeterFactory meters) {
    private Backoff backoff() {
      return new Backoff(clocks.nanoTime(), random);
    }
  }
}
