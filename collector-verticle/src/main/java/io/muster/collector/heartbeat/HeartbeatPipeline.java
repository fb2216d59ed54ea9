package io.muster.collector.heartbeat;

import io.muster.bus.service.AnnouncementService;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.heartbeat.spool.SpoolDisk;
import io.muster.collector.heartbeat.spool.SpoolRecord;
import io.muster.collector.source.HostReadings.NetworkCounters;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Readings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of the heartbeats of one collector, from its frames to an aggregator. It speaks for one
 * host, or in a simulation for many. Confined to the context that opened it, except for {@link
 * #status}. Nothing here blocks or throws: a fault shows in the counters and in the log.
 */
public final class HeartbeatPipeline {
  private static final Logger log = LoggerFactory.getLogger(HeartbeatPipeline.class);

  private final HeartbeatConfig config;
  private final PipelineDependencies dependencies;
  private final SpoolWriter writer;
  private final ClientAnnouncer announcer;
  private final HeartbeatSender sender;
  private final PipelineCounters counters = new PipelineCounters();
  private final long recovered;
  private final Map<String, HeartbeatRecorder> recorders = new HashMap<>();

  private HeartbeatPipeline(
      HeartbeatConfig config,
      List<ClientRegistration> clients,
      PipelineDependencies dependencies,
      SpoolWriter writer) {
    this.config = config;
    this.dependencies = dependencies;
    this.writer = writer;
    this.recovered = writer.status().pendingHeartbeats();
    this.announcer =
        new ClientAnnouncer(
            dependencies.registry(), clients, config.timeout(), dependencies.backoff());
    this.sender =
        new HeartbeatSender(
            writer,
            dependencies.heartbeats(),
            announcer,
            new HeartbeatSender.SenderOptions(
                dependencies.clock(), config.timeout(), dependencies.backoff()),
            counters);
  }

  /**
   * Opens the spool and begins to announce the hosts. Fails with an {@code IOException} that names
   * the directory when it cannot be used.
   *
   * @param clients the hosts that it speaks for; names and operating systems that are too long are
   *     clipped
   */
  public static Future<HeartbeatPipeline> open(
      Vertx vertx,
      HeartbeatConfig config,
      List<ClientRegistration> clients,
      PipelineDependencies dependencies) {
    return SpoolWriter.open(vertx, config, dependencies.disk())
        .map(writer -> new HeartbeatPipeline(config, clients, dependencies, writer))
        .onSuccess(HeartbeatPipeline::retryPending);
  }

  /**
   * Offers a frame; to be called with each. The first of an interval becomes a heartbeat.
   *
   * @param network counters of the same pass; empty when they were not read
   */
  public void record(EncodedFrame frame, Optional<NetworkCounters> network) {
    record(frame.header(), frame::readings, network);
  }

  /** The same for a frame whose readings are at hand, which saves decoding them. */
  public void record(FrameHeader head, Readings readings, Optional<NetworkCounters> network) {
    record(head, () -> readings, network);
  }

  /** Announces, writes and sends what had to wait. To be called once a second. */
  public void retryPending() {
    announcer.announcePending();
    writer.write().onComplete(done -> sender.sendPending()); // a failure is logged by the lane
  }

  /** Completes when every recorded heartbeat is on disk; fails when the disk does not take them. */
  public Future<Void> flush() {
    return writer.flush();
  }

  /** Flushes and lets go of the directory, within a few seconds in any case. */
  public Future<Void> close() {
    return writer.close();
  }

  /** What became of the heartbeats. Any thread may ask. */
  public HeartbeatStatus status() {
    var spool = writer.status();
    return new HeartbeatStatus(
        recovered,
        counters.recorded.sum(),
        counters.skipped.sum(),
        counters.sent.sum(),
        counters.acknowledged.sum(),
        counters.accepted.sum(),
        counters.duplicate.sum(),
        counters.outOfRange.sum(),
        counters.rejected.sum(),
        writer.lostCount() + spool.overflowedHeartbeats() + spool.damagedHeartbeats(),
        writer.queuedCount() + spool.pendingHeartbeats(),
        spool.pendingBytes(),
        spool.oldestAtMillis().stream().mapToDouble(this::ageSeconds).findFirst(),
        writer.isWritable(),
        sender.isDelivering());
  }

  private void record(
      FrameHeader head, Supplier<Readings> readings, Optional<NetworkCounters> network) {
    var recorder =
        recorders.computeIfAbsent(
            head.clientId(), client -> new HeartbeatRecorder(config.interval()));
    if (!recorder.isDue(head)) {
      return;
    }
    try {
      var heartbeat = recorder.record(head, readings, network);
      counters.skipped.add(heartbeat.isEmpty() ? 1 : 0);
      heartbeat.map(recorded -> new SpoolRecord(head.clientId(), recorded)).ifPresent(this::append);
    } catch (IllegalArgumentException e) {
      counters.skipped.increment();
      log.debug("frame gives no heartbeat host={} reason={}", head.hostId(), e.getMessage());
    }
  }

  private void append(SpoolRecord record) {
    counters.recorded.increment();
    writer
        .append(record)
        .onSuccess(done -> sender.sendPending()); // a failure is logged by the lane
  }

  private double ageSeconds(long atMillis) {
    return Math.max(0, dependencies.clock().millis() - atMillis) / 1000.0;
  }

  /**
   * What it stands on.
   *
   * @param heartbeats answered by any aggregator; completes on the caller's context
   * @param registry answered by any registry; completes on the caller's context
   * @param clock the host's wall clock
   * @param nanoTime elapsed time
   * @param random 0 inclusive to 1 exclusive, for waiting times
   * @param disk where the spool writes
   */
  public record PipelineDependencies(
      HeartbeatService heartbeats,
      AnnouncementService registry,
      InstantSource clock,
      LongSupplier nanoTime,
      DoubleSupplier random,
      SpoolDisk disk) {
    private Backoff backoff() {
      return new Backoff(nanoTime, random);
    }
  }
}
